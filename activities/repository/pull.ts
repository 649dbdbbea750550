import { kinds } from '../../contracts/artifact.ts'
import { inTenant } from '../../db/client.ts'
import { openConflicts } from '../../db/git-conflicts.ts'
import { fileOf, folderOf, manifestOf, ownerOf, placeOf } from '../../domain/template-place.ts'
import type { TemplatePlace } from '../../domain/template-place.ts'
import { differences, makersOf, mergeBase } from '../../providers/git/store.ts'
import type { Difference, FileChange, Maker, Store } from '../../providers/git/store.ts'
import type { ActivityContext } from '../context.ts'
import { asIn } from './repeat-pull.ts'
import { filesOf } from './template-changes.ts'
import { judge, judgeMisplaced } from './judge.ts'
import type { Judged, Pull } from './judge.ts'
import { formAt } from './said.ts'

export interface PullPlan {
  remote: string
  /** False: the remote has all that is here. */
  diverged: boolean
  judged: Judged[]
  /** What the commit that joins both sides changes of the remote's files. Nothing, where the remote's own commit will do. */
  changes: FileChange[]
  /** The same for the record: the files as they are here, and the templates that are merged. */
  paths: string[]
}

/** Compares both sides; nothing is changed yet. */
export async function planPull(ctx: ActivityContext, tenantId: string, store: Store, local: string | undefined, remote: string): Promise<PullPlan> {
  const base = local === undefined ? undefined : await mergeBase(store, local, remote)
  const [latest] = await makersOf(store, undefined, remote)
  const pull: Pull = { ctx, tenantId, store, base, local, remote, latest: latest as Maker, open: await inTenant(ctx.db, tenantId, openConflicts) }
  const theirs = await differences(store, base, remote)
  const judged: Judged[] = []
  for (const group of groupsOf(theirs)) judged.push(...(await judgeGroup(pull, group)))
  return { remote, diverged: local !== base, judged, ...(await changesOf(pull, theirs, judged)) }
}

/** What differs in one template's own folder, or one file elsewhere. */
interface Group {
  owner: TemplatePlace | undefined
  differences: Difference[]
}

function groupsOf(all: readonly Difference[]): Group[] {
  const groups = new Map<string, Group>()
  for (const difference of all) {
    const owner = ownerOf(difference.path, kinds)
    const key = owner ? `${folderOf(owner)}/` : difference.path
    const group = groups.get(key) ?? { owner, differences: [] }
    group.differences.push(difference)
    groups.set(key, group)
  }
  return [...groups.values()]
}

async function judgeGroup(pull: Pull, { owner, differences: all }: Group): Promise<Judged[]> {
  if (owner) {
    const forms = [await formAt(pull.store, pull.base, owner), await formAt(pull.store, pull.local, owner), await formAt(pull.store, pull.remote, owner)]
    // What is left of a directory in conflict is still one: the rest of it may go later.
    const directory = forms.includes('directory') || pull.open.has(manifestOf(owner))
    if (directory || all.some(({ path }) => path === fileOf(owner))) return [await judge(pull, owner, directory)]
  }
  const judged: Judged[] = []
  for (const difference of all) {
    const place = placeOf(difference.path, kinds)
    if (place === 'misplaced') judged.push(await judgeMisplaced(pull, difference))
    else if (place) judged.push(await judge(pull, place, false))
  }
  return judged
}

const isIn = ({ path }: Difference, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** What both sides left alone is as in the remote; a conflict leaves the remote's files where they are until somebody decides. */
async function changesOf({ store, base, local, remote }: Pull, theirs: readonly Difference[], judged: readonly Judged[]): Promise<Pick<PullPlan, 'changes' | 'paths'>> {
  const changed = new Set(theirs.map(({ path }) => path))
  const folders = judged.flatMap(({ folder }) => (folder === undefined ? [] : [folder]))
  const ours = local === undefined ? [] : await differences(store, base, local)
  const untouched = ours.filter((one) => !changed.has(one.path) && !folders.some((folder) => isIn(one, folder))).map(asChange)
  const kept: FileChange[] = []
  for (const { path, folder } of judged.filter(({ decision }) => decision.outcome === 'ours')) {
    if (folder === undefined) kept.push(await asIn(store, local, path))
    else if (local !== undefined) kept.push(...(await differences(store, remote, local)).filter((one) => isIn(one, folder)).map(asChange))
  }
  const merged = judged.flatMap(({ place, decision }) => (place && decision.outcome === 'merged' ? [{ path: fileOf(place), artifact: decision.artifact }] : []))
  return { changes: [...untouched, ...kept, ...merged.flatMap(filesOf)], paths: [...untouched, ...kept, ...merged].map(({ path }) => path) }
}

const asChange = ({ path, after }: Difference): FileChange => (after ? { path, blob: after.blob, mode: after.mode } : { path, gone: true })
