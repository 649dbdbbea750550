import type { JsonObject } from '../../contracts/json.ts'
import { diffSpec } from '../../domain/diff.ts'
import { isObject } from '../../domain/json.ts'
import type { Desired, FieldChange, Live, SpecProblem } from '../provider.ts'
import type { Page, Retell } from './client.ts'
import type { EngineKey } from './engine-users.ts'
import { markerVariable } from './marker.ts'
import { dropKeys, text, without } from './spec.ts'

/** What differs between the two things that an agent can speak with: a Retell LLM and a conversation flow. */
export interface EngineKind {
  title: string
  idKey: EngineKey
  /** Shown but not taken. */
  readOnly: ReadonlySet<string>
  validate(spec: JsonObject): SpecProblem[]
  retrieve(client: Retell, id: string): Promise<unknown>
  list(client: Retell, page: Page): Promise<{ items: unknown[]; has_more: boolean; pagination_key?: string }>
  create(client: Retell, body: JsonObject): Promise<unknown>
  update(client: Retell, id: string, version: { version?: number }, body: JsonObject): Promise<unknown>
  remove(client: Retell, id: string, force: { force_delete?: boolean }): Promise<unknown>
  /** What a patch must set to null because the spec gives its alternative. */
  cleared?(spec: JsonObject): JsonObject
}

/** Engines are nameless, so that the marker lies among their default dynamic variables. */
const variables = 'default_dynamic_variables'

/** An export of what we made carries its marker, which is another's when it comes back in a template. */
export function normalize({ readOnly }: EngineKind, given: JsonObject): { spec: JsonObject; notes: string[] } {
  const { spec, notes } = dropKeys(given, readOnly)
  const values = spec[variables]
  if (!isObject(values) || !(markerVariable in values)) return { spec, notes }
  const note = `/${variables}/${markerVariable}: the marker of another deployment was dropped`
  return { spec: { ...spec, [variables]: without(values, new Set([markerVariable])) }, notes: [...notes, note] }
}

export function toLive({ idKey, readOnly }: EngineKind, answer: JsonObject): Live {
  const given = answer[variables]
  const { [markerVariable]: marker = null, ...own } = isObject(given) ? given : {}
  const spec = without(answer, readOnly)
  return {
    externalId: text(answer[idKey]),
    spec: isObject(given) ? { ...spec, [variables]: own } : spec,
    marked: marker !== null,
    facts: { marker },
  }
}

export function bodyOf({ spec, marker }: Desired, live?: Live): JsonObject {
  const own = spec[variables] ?? live?.spec[variables]
  return { ...spec, [variables]: { ...(isObject(own) ? own : {}), [markerVariable]: marker } }
}

export const engineDiff = (live: Live, { spec, marker }: Desired): FieldChange[] => [
  ...diffSpec(live.spec, spec),
  ...(live.facts?.['marker'] === marker ? [] : [{ field: `/${variables}/${markerVariable}`, to: marker }]),
]
