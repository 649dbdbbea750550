import type { TemplateArtifact } from '../../contracts/artifact.ts'
import type { PulledTemplate, SyncOrder } from '../../contracts/repository.ts'
import { writeAudit } from '../../db/audit.ts'
import { inTenant } from '../../db/client.ts'
import type { Tx } from '../../db/client.ts'
import { listDependents } from '../../db/dependents.ts'
import { openConflict, settleConflict } from '../../db/git-conflicts.ts'
import { derivedId, newId } from '../../db/ids.ts'
import { Outdated, assertUnchanged, currentSecond, recordPull } from '../../db/repository.ts'
import type { Head } from '../../db/repository.ts'
import { isTaken } from '../../db/taken.ts'
import type { Pulled } from '../../db/template-commits.ts'
import { listVersions } from '../../db/template-versions.ts'
import { insertVersion, lockTemplateName, setDeleted } from '../../db/templates.ts'
import { folderOf, ownsFolder } from '../../domain/template-place.ts'
import { nextVersion } from '../../domain/versions.ts'
import { differences, makeCommit, point } from '../../providers/git/store.ts'
import type { Store } from '../../providers/git/store.ts'
import type { ActivityContext } from '../context.ts'
import { refOf } from '../store-version.ts'
import { judge } from '../score-quality.ts'
import { messageOf } from './commit-orders.ts'
import { namedPaths } from './template-changes.ts'
import { parentsOf } from './repeat-pull.ts'
import type { Hand, Judged } from './judge.ts'
import type { PullPlan } from './pull.ts'

export interface Applied {
  head: Head
  pulled: PulledTemplate[]
}

/** Makes the commit that joins both sides, where one is needed, and stores all that the pull means in one transaction. Throws Outdated when something changed meanwhile. */
export async function applyPull(ctx: ActivityContext, order: SyncOrder, store: Store, local: Head | undefined, plan: PullPlan): Promise<Applied> {
  const id = newId()
  const at = await inTenant(ctx.db, order.tenantId, currentSecond)
  const message = messageFor(plan)
  const sha = await joined(store, local, plan, { author: order.actor, message: messageOf({ message, id }), at })
  const head: Head = { position: (local?.position ?? 0) + 1, sha }
  const joins = await joinedPaths(store, local, sha, plan)
  // The branch is there before anybody is told; opening the repository takes it back where what follows fails.
  await point(store, sha)
  const pulled = await inTenant(ctx.db, order.tenantId, async (tx) => {
    await recordPull(tx, { tenantId: order.tenantId, id, actor: order.actor, message, at, head, remoteSha: plan.remote, paths: plan.paths })
    const all: PulledTemplate[] = []
    // In one order everywhere: each holds its template's name to the end.
    for (const one of plan.judged.toSorted((a, b) => (a.path < b.path ? -1 : 1))) all.push(...(await applyOne(ctx, tx, order, plan.remote, one, { by: id, sha, paths: joins.get(one.path) ?? [one.path] })))
    return all
  }).catch((error: unknown) => { throw isTaken(error) ? new Outdated('The branch has gone on meanwhile') : error })
  return { head, pulled }
}

async function joined(store: Store, local: Head | undefined, plan: PullPlan, about: { author: string; message: string; at: Date }): Promise<string> {
  if (!plan.diverged && plan.changes.length === 0) return plan.remote
  return makeCommit(store, { ...about, parents: await parentsOf(store, local?.sha, plan.remote), filesOf: plan.remote, changes: plan.changes })
}

/** Of each template that is merged into its own folder: the files that are not as they were here. */
async function joinedPaths(store: Store, local: Head | undefined, sha: string, { judged }: PullPlan): Promise<Map<string, string[]>> {
  const merged = judged.flatMap(({ path, place, decision }) => (place && ownsFolder(place) && decision.outcome === 'merged' ? [{ path, place, folder: folderOf(place) }] : []))
  const changed = merged.length === 0 ? [] : (await differences(store, local?.sha, sha)).map(({ path }) => path)
  return new Map(merged.map(({ path, place, folder }) => [path, namedPaths(place, changed.filter((one) => one.startsWith(`${folder}/`)))]))
}

const messageFor = ({ judged }: PullPlan): string => {
  const waiting = judged.filter(({ decision }) => decision.outcome === 'conflict').length
  return waiting === 0 ? 'Merge the remote' : `Merge the remote; ${String(waiting)} ${waiting === 1 ? 'file waits' : 'files wait'} for a decision`
}

async function applyOne(ctx: ActivityContext, tx: Tx, order: SyncOrder, remoteSha: string, one: Judged, pull: { by: string; sha: string; paths: string[] }): Promise<PulledTemplate[]> {
  const { path } = one
  const decision = one.decision.outcome === 'delete' ? await mayDelete(tx, one) : one.decision
  if (decision.outcome === 'conflict') {
    const { templateId, base, theirs, maker } = one
    await openConflict(tx, { tenantId: order.tenantId, templateId, path, reason: decision.reason, problems: decision.problems.slice(0, 100), base, theirs, remoteSha, author: maker.author })
    return []
  }
  await settleConflict(tx, path)
  const fromCommit = ({ sha, author, message, at, paths }: Hand): Pulled => ({ by: pull.by, sha, author, message, at, paths })
  if (decision.outcome === 'take') return storeStates(ctx, tx, order, one, one.states.map(({ artifact, maker }) => ({ artifact, pulled: fromCommit(maker) })))
  if (decision.outcome === 'merged') return storeStates(ctx, tx, order, one, [{ artifact: decision.artifact, pulled: { ...fromCommit(one.maker), sha: pull.sha, paths: pull.paths } }])
  if (decision.outcome === 'delete') return deleteHere(tx, order, one, fromCommit(one.maker))
  return []
}

/** What is deployed of a template keeps it, as when somebody deletes it here. */
async function mayDelete(tx: Tx, { templateId, decision }: Judged): Promise<Judged['decision']> {
  const dependents = await listDependents(tx, templateId ?? '')
  if (dependents.length === 0) return decision
  const clients = dependents.slice(0, 3).map(({ client }) => client).join(', ')
  return { outcome: 'conflict', reason: 'deleted_there', problems: [{ pointer: '', message: `was deleted in the remote and is deployed here, for ${clients}` }] }
}

async function deleteHere(tx: Tx, order: SyncOrder, { place, templateId, version }: Judged, pulled: Pulled): Promise<PulledTemplate[]> {
  if (!place || templateId === null) return []
  await lockTemplateName(tx, order.tenantId, place.kind, place.name)
  await assertUnchanged(tx, templateId, version)
  await setDeleted(tx, templateId, pulled.author, true, pulled)
  await writeAudit(tx, { ...order, action: 'template.deleted', subjectType: 'template', subjectId: templateId, data: { name: place.name, commit: pulled.sha, author: pulled.author } })
  return [{ templateId, action: 'delete', version: null }]
}

async function storeStates(ctx: ActivityContext, tx: Tx, order: SyncOrder, { place, templateId, version: seen }: Judged, states: { artifact: TemplateArtifact; pulled: Pulled }[]): Promise<PulledTemplate[]> {
  if (!place) return []
  const { tenantId } = order
  const { kind, name } = place
  await lockTemplateName(tx, tenantId, kind, name)
  const id = templateId ?? derivedId('template', tenantId, kind, name)
  await assertUnchanged(tx, id, seen)
  const taken = (await listVersions(tx, id)).map(({ version }) => version)
  let first: PulledTemplate['action'] | undefined
  for (const { artifact, pulled } of states) {
    const own = artifact.version
    const version = own !== undefined && !taken.includes(own) ? own : nextVersion(taken)
    taken.push(version)
    const content = { ...artifact, kind, name, version }
    const contentRef = refOf(content)
    // Who may push to the remote has published: it is scored, and no draft.
    const { quality = null } = await judge(ctx, tx, content)
    const { action } = await insertVersion(tx, { tenantId, artifact: content, contentRef, source: null, createdBy: pulled.author, draft: false, quality, pulled })
    first ??= action
    await writeAudit(tx, { ...order, action: 'template.import', subjectType: 'template', subjectId: id, data: { kind, name, version, contentRef, commit: pulled.sha, author: pulled.author } })
  }
  return [{ templateId: id, action: first ?? 'update', version: taken.at(-1) ?? null }]
}
