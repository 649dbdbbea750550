import { kinds } from '../../contracts/artifact.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import { DomainError } from '../../contracts/errors.ts'
import type { ProblemError } from '../../contracts/errors.ts'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { inTenant } from '../../db/client.ts'
import { openConflicts } from '../../db/git-conflicts.ts'
import type { Conflict } from '../../db/git-conflicts.ts'
import { findInRepository } from '../../db/repository.ts'
import { getVersion } from '../../db/templates.ts'
import { isObject, wrapExport } from '../../domain/content.ts'
import { isStorable } from '../../domain/hostile.ts'
import { decide } from '../../domain/pull.ts'
import type { Decision } from '../../domain/pull.ts'
import { contentOf, fromFiles } from '../../domain/template-files.ts'
import { fileOf, placeOf, templateFile } from '../../domain/template-place.ts'
import type { TemplatePlace } from '../../domain/template-place.ts'
import { differences, fileAt, makersOf, mergeBase, sizeOf, textOf } from '../../providers/git/store.ts'
import type { Difference, File, FileChange, Maker, Store } from '../../providers/git/store.ts'
import type { ActivityContext } from '../context.ts'
import { checkedArtifact } from '../import-template.ts'
import { limited } from '../time-limit.ts'
import { asIn, filesOf } from './commit-orders.ts'

/** One template that is not as it was at the remote, and what that means here. */
export interface Judged {
  path: string
  place: TemplatePlace | undefined
  /** The template as it is here; the version is null where it is not. */
  templateId: string | null
  version: string | null
  base: JsonObject | null
  /** The remote's file; null where it was deleted. */
  theirs: string | null
  /** Who made it so. */
  maker: Maker
  decision: Decision | { outcome: 'conflict'; reason: 'invalid' | 'misplaced'; problems: ProblemError[] }
  /** With `take`: what the remote's commits made of it, oldest first. */
  states: { artifact: TemplateArtifact; maker: Maker }[]
}

export interface PullPlan {
  remote: string
  /** False: the remote has all that is here. */
  diverged: boolean
  judged: Judged[]
  /** What the commit that joins both sides changes of the remote's files. Nothing, where the remote's own commit will do. */
  changes: FileChange[]
}

interface Pull {
  ctx: ActivityContext
  tenantId: string
  store: Store
  /** What both sides were at when they were the same. */
  base: string | undefined
  local: string | undefined
  remote: string
  /** Who made the remote's newest commit. */
  latest: Maker
  open: ReadonlyMap<string, Conflict>
}

/** Compares both sides; nothing is changed yet. */
export async function planPull(ctx: ActivityContext, tenantId: string, store: Store, local: string | undefined, remote: string): Promise<PullPlan> {
  const base = local === undefined ? undefined : await mergeBase(store, local, remote)
  const [latest] = await makersOf(store, undefined, remote)
  const pull: Pull = { ctx, tenantId, store, base, local, remote, latest: latest as Maker, open: await inTenant(ctx.db, tenantId, openConflicts) }
  const theirs = await differences(store, base, remote)
  const judged: Judged[] = []
  for (const difference of theirs) {
    const place = placeOf(difference.path, kinds)
    if (place === 'misplaced') judged.push(await judgeMisplaced(pull, difference))
    else if (place) judged.push(await judge(pull, difference, place))
  }
  return { remote, diverged: local !== base, judged, changes: await changesOf(pull, theirs, judged) }
}

/** What both sides left alone is as in the remote; a conflict leaves the remote's file where it is until somebody decides. */
async function changesOf({ store, base, local }: Pull, theirs: Difference[], judged: Judged[]): Promise<FileChange[]> {
  const ours = local === undefined ? [] : await differences(store, base, local)
  const changed = new Set(theirs.map(({ path }) => path))
  const kept = judged.filter(({ decision }) => decision.outcome === 'ours').map(({ path }) => path)
  const merged = judged.flatMap(({ path, decision }) => (decision.outcome === 'merged' ? filesOf({ path, artifact: decision.content as unknown as TemplateArtifact }) : []))
  return [...ours.filter(({ path }) => !changed.has(path)).map(asChange), ...(await Promise.all(kept.map((path) => asIn(store, local, path)))), ...merged]
}

const asChange = ({ path, after }: Difference): FileChange => (after ? { path, blob: after.blob, mode: after.mode } : { path, gone: true })

/** What the remote has at a path, and who made it so, oldest first. */
async function readRemote({ store, base, remote, latest }: Pull, { path, after }: Difference): Promise<{ theirs: string | null; makers: Maker[]; maker: Maker }> {
  const makers = await makersOf(store, base, remote, path)
  return { theirs: after ? await readText(store, after) : null, makers, maker: makers.at(-1) ?? latest }
}

async function judgeMisplaced(pull: Pull, difference: Difference): Promise<Judged> {
  const { theirs, maker } = await readRemote(pull, difference)
  const problems = [{ pointer: '', message: 'lies where no template lies: a folder is called as the template, in signs that every file system takes' }]
  return { path: difference.path, place: undefined, templateId: null, version: null, base: null, theirs, maker, states: [], decision: theirs === null ? { outcome: 'same' } : { outcome: 'conflict', reason: 'misplaced', problems } }
}

async function judge(pull: Pull, difference: Difference, place: TemplatePlace): Promise<Judged> {
  const { ctx, open } = pull
  const { path } = difference
  const { theirs, makers, maker } = await readRemote(pull, difference)
  const here = await readHere(pull, place)
  // While a conflict is open, the two sides began where it began.
  const conflict = open.get(path)
  const base = conflict ? (conflict.base ?? undefined) : await readBase(pull, place, path)
  const known = { path, place, templateId: here?.templateId ?? null, version: here?.version ?? null, base: base ?? null, theirs, maker, states: [] }
  try {
    const artifact = theirs === null ? undefined : readTheirs(ctx, place, theirs)
    const decision = checked(ctx, place, decide({ base, ours: here?.content, theirs: artifact && contentOf(artifact) }))
    const states = decision.outcome === 'take' && artifact ? [...(await statesBefore(pull, place, path, makers)), { artifact, maker }] : []
    return { ...known, decision, states }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { ...known, decision: { outcome: 'conflict', reason: 'invalid', problems: error.errors.length > 0 ? error.errors : [{ pointer: '', message: error.message }] } }
  }
}

/** What was merged may fit together no more, though each side did. */
function checked(ctx: ActivityContext, place: TemplatePlace, decision: Decision): Decision {
  if (decision.outcome !== 'merged') return decision
  try {
    return { ...decision, content: contentOf(checkedArtifact(ctx, place, { content: decision.content })) }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { outcome: 'conflict', reason: 'both_changed', problems: error.errors.map(({ pointer, message }) => ({ pointer, message: `${message} (where both changes come together)` })) }
  }
}

/** Each commit that somebody made is a version; those that held no template are none. */
async function statesBefore({ ctx, store }: Pull, place: TemplatePlace, path: string, makers: readonly Maker[]): Promise<Judged['states']> {
  const states: Judged['states'] = []
  for (const maker of makers.slice(0, -1)) {
    const file = await fileAt(store, maker.sha, path)
    if (!file) continue
    try {
      states.push({ artifact: readTheirs(ctx, place, await readText(store, file)), maker })
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
    }
  }
  return states
}

async function readHere({ ctx, tenantId }: Pull, place: TemplatePlace): Promise<{ templateId: string; version: string; content: JsonObject } | undefined> {
  return inTenant(ctx.db, tenantId, async (tx) => {
    const template = await findInRepository(tx, place)
    return template && { templateId: template.id, version: template.version, content: contentOf((await getVersion(tx, template)).artifact) }
  })
}

const largest = 16 * 1024 * 1024
const refused = (message: string): DomainError => new DomainError('400.content_unreadable', message)

/** Only what is a file of text: a symbolic link leads elsewhere in a clone. Nothing of what is none. */
async function readText(store: Store, { mode, blob }: File): Promise<string> {
  if ((mode !== '100644' && mode !== '100755') || (await sizeOf(store, blob)) > largest) return ''
  const text = await textOf(store, blob)
  return isStorable(text) ? text : ''
}

function readTheirs(ctx: ActivityContext, place: TemplatePlace, text: string): TemplateArtifact {
  if (text === '') throw refused('is no file of text, or an empty one, or larger than 16 MiB')
  const said = limited(() => read(text), () => refused('takes too long to read'))
  const artifact = checkedArtifact(ctx, place, { content: isObject(said) ? said : text })
  const own = isObject(said) && wrapExport(said) === said ? said : {}
  const wrong = (['kind', 'name'] as const).find((key) => own[key] !== undefined && own[key] !== place[key])
  if (wrong) throw new DomainError('400.artifact_schema_invalid', 'The template is another one', { errors: [{ pointer: `/${wrong}`, message: `is not ${place[wrong]}, whose folder this is: its own is ${ownFolder(own, place)}` }] })
  return artifact
}

/** Undefined where it cannot be: whoever checks it says why. */
function read(text: string): Json | undefined {
  try {
    return fromFiles([{ path: templateFile, content: text }])
  } catch {
    return undefined
  }
}

const ownFolder = (own: JsonObject, { kind, name }: TemplatePlace): string =>
  fileOf({ kind: kinds.find((one) => one === own['kind']) ?? kind, name: typeof own['name'] === 'string' ? own['name'] : name })

/** What the file said when both sides were the same; nothing where it was no template then. */
async function readBase({ ctx, store, base }: Pull, place: TemplatePlace, path: string): Promise<JsonObject | undefined> {
  const file = base === undefined ? undefined : await fileAt(store, base, path)
  try {
    return file && contentOf(readTheirs(ctx, place, await readText(store, file)))
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return undefined
  }
}
