import type { TemplateArtifact } from '../../contracts/artifact.ts'
import { DomainError } from '../../contracts/errors.ts'
import type { ProblemError } from '../../contracts/errors.ts'
import type { JsonObject } from '../../contracts/json.ts'
import { inTenant } from '../../db/client.ts'
import type { Conflict } from '../../db/git-conflicts.ts'
import { findInRepository } from '../../db/repository.ts'
import { getVersion } from '../../db/template-versions.ts'
import { withNormalFiles } from '../../domain/project-files.ts'
import { decide } from '../../domain/pull.ts'
import type { Decision, Sides } from '../../domain/pull.ts'
import { contentOf } from '../../domain/template-files.ts'
import { fileOf, folderOf, manifestOf } from '../../domain/template-place.ts'
import type { TemplatePlace } from '../../domain/template-place.ts'
import { changedBy, makersOf } from '../../providers/git/store.ts'
import type { Difference, Maker, Store } from '../../providers/git/store.ts'
import type { ActivityContext } from '../context.ts'
import { checkedArtifact } from '../check-template.ts'
import { limited } from '../time-limit.ts'
import { namedPaths } from './template-changes.ts'
import { readText, saidAt } from './said.ts'

/** A commit of somebody's, and which of the template's files it changed. */
export interface Hand extends Maker {
  paths: string[]
}

/** One template that is not as it was at the remote, and what that means here. */
export interface Judged {
  /** The file that its conflict is listed by. */
  path: string
  place: TemplatePlace | undefined
  /** The folder that it lies in alone, where that is the template's own. */
  folder: string | undefined
  /** The template as it is here; the version is null where it is not. */
  templateId: string | null
  version: string | null
  base: JsonObject | null
  /** What the remote has; null where it was deleted. */
  theirs: string | null
  /** Who made it so. */
  maker: Hand
  decision: Exclude<Decision, { outcome: 'merged' }> | { outcome: 'merged'; artifact: TemplateArtifact } | { outcome: 'conflict'; reason: 'invalid' | 'misplaced'; problems: ProblemError[] }
  /** With `take`: what the remote's commits made of it, oldest first. */
  states: { artifact: TemplateArtifact; maker: Hand }[]
}

export interface Pull {
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

export async function judgeMisplaced({ store, base, remote, latest }: Pull, { path, after }: Difference): Promise<Judged> {
  const maker = { ...((await makersOf(store, base, remote, path)).at(-1) ?? latest), paths: [path] }
  const problems = [{ pointer: '', message: 'lies where no template lies: a folder is called as the template, in signs that every file system takes' }]
  const decision: Judged['decision'] = after ? { outcome: 'conflict', reason: 'misplaced', problems } : { outcome: 'same' }
  return { path, place: undefined, folder: undefined, templateId: null, version: null, base: null, theirs: after ? await readText(store, after) : null, maker, states: [], decision }
}

/** Judges a template that the remote changed. `directory`: one of the sides has it as files of its own. */
export async function judge(pull: Pull, place: TemplatePlace, directory: boolean): Promise<Judged> {
  const { ctx, store, open, remote } = pull
  // A conflict that is open keeps its name, though the template may lie in other files since.
  const path = directory && !open.has(fileOf(place)) ? manifestOf(place) : fileOf(place)
  const folder = directory ? folderOf(place) : undefined
  const theirs = await saidAt(ctx, store, remote, place, directory)
  const makers = await handsOf(pull, place, folder)
  const maker = makers.at(-1) ?? { ...pull.latest, paths: [path] }
  const here = await readHere(pull, place)
  // While a conflict is open, the two sides began where it began.
  const conflict = open.get(path)
  const base = conflict ? (conflict.base ?? undefined) : await readBase(pull, place, directory)
  const known = { path, place, folder, templateId: here?.templateId ?? null, version: here?.version ?? null, base: base ?? null, theirs: theirs.text, maker, states: [] }
  if ('refusal' in theirs) {
    const { errors, message } = theirs.refusal
    return { ...known, decision: { outcome: 'conflict', reason: 'invalid', problems: errors.length > 0 ? errors : [{ pointer: '', message }] } }
  }
  const artifact = 'artifact' in theirs ? theirs.artifact : undefined
  const decision = checked(ctx, place, decided({ base, ours: here?.content, theirs: artifact && contentOf(artifact) }))
  const states = decision.outcome === 'take' && artifact ? [...(await statesBefore(pull, place, directory, makers)), { artifact, maker }] : []
  return { ...known, decision, states }
}

/** Who changed it, oldest first. */
async function handsOf({ store, base, remote }: Pull, place: TemplatePlace, folder: string | undefined): Promise<Hand[]> {
  const hands: Hand[] = []
  for (const maker of await makersOf(store, base, remote, folder ?? fileOf(place))) {
    hands.push({ ...maker, paths: folder === undefined ? [fileOf(place)] : namedPaths(place, await changedBy(store, maker.sha, folder)) })
  }
  return hands
}

/** What somebody wrote may take too long to bring together. */
function decided(sides: Sides): Decision {
  try {
    return limited(() => decide(sides), () => new DomainError('400.content_unreadable', 'takes too long to be merged'))
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { outcome: 'conflict', reason: 'both_changed', problems: [{ pointer: '', message: error.message }] }
  }
}

/** What was merged may fit together no more, though each side did. */
function checked(ctx: ActivityContext, place: TemplatePlace, decision: Decision): Judged['decision'] {
  if (decision.outcome !== 'merged') return decision
  try {
    return { outcome: 'merged', artifact: checkedArtifact(ctx, place, { content: decision.content }) }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { outcome: 'conflict', reason: 'both_changed', problems: error.errors.map(({ pointer, message }) => ({ pointer, message: `${message} (where both changes come together)` })) }
  }
}

/** Each commit that somebody made is a version; those that held no template are none. */
async function statesBefore({ ctx, store }: Pull, place: TemplatePlace, directory: boolean, makers: readonly Hand[]): Promise<Judged['states']> {
  const states: Judged['states'] = []
  for (const maker of makers.slice(0, -1)) {
    const said = await saidAt(ctx, store, maker.sha, place, directory)
    if ('artifact' in said) states.push({ artifact: said.artifact, maker })
  }
  return states
}

async function readHere({ ctx, tenantId }: Pull, place: TemplatePlace): Promise<{ templateId: string; version: string; content: JsonObject } | undefined> {
  return inTenant(ctx.db, tenantId, async (tx) => {
    const template = await findInRepository(tx, place)
    return template && { templateId: template.id, version: template.version, content: contentOf(withNormalFiles((await getVersion(tx, template)).artifact)) }
  })
}

/** What it said when both sides were the same; nothing where it was no template then. */
async function readBase({ ctx, store, base }: Pull, place: TemplatePlace, directory: boolean): Promise<JsonObject | undefined> {
  const said = await saidAt(ctx, store, base, place, directory)
  return 'artifact' in said ? contentOf(said.artifact) : undefined
}
