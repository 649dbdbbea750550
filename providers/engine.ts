import type { JsonObject } from '../contracts/json.ts'
import { diffSpec } from '../domain/diff.ts'
import type { Intent, Intended } from '../domain/intent.ts'
import { fromPointer } from '../domain/pointer.ts'
import type { Redact } from '../domain/redact.ts'
import { ProviderError } from './provider.ts'
import type { Account, Desired, FieldChange, Live, Provider, ResourceType } from './provider.ts'

/** Where intents are kept. */
export interface Ledger {
  /** Those of this client, template and provider. */
  load(): Promise<Intent[]>
  /** Before anything is made (externalId null) or when something is adopted. Overwrites the one of the same type and name. */
  intend(intent: Intended): Promise<Intent>
  /** As soon as the vendor has answered. */
  record(id: string, made: { externalId: string; url: string; sentHash: string }): Promise<void>
  forget(id: string): Promise<void>
  /** What lies in another account is known on under the name that this answers; its own is free for what is made in this one. */
  setAside(id: string): Promise<string>
  /** Somebody else of the tenant took it over as it was: it is theirs to delete from now on, and forgotten here, in one step. False when there is nobody. */
  handOver(id: string, externalId: string): Promise<boolean>
}

/** One resource to make; the spec is complete only when those before it exist. */
export interface Wanted {
  name: string
  type: string
  /** Place in the order of making; deleted in the reverse order. */
  position: number
  /** Rendered but for its holes; what the look-up of a later attempt may use. Holds no secret. */
  outline: JsonObject
  /** Pointers of the leaves of the outline that secrets go into. */
  secretAt?: readonly string[]
  /** The outline with its holes filled, normalized. Throws when something it needs is missing. */
  spec(made: ReadonlyMap<string, Made>): JsonObject
}

export interface Made {
  name: string
  type: string
  externalId: string
  url: string
}

export interface Outcome {
  name: string
  type: string
  action: 'created' | 'updated' | 'replaced' | 'repaired' | 'adopted' | 'unchanged' | 'deleted' | 'kept' | 'manual'
  made?: Made
  manual?: { instruction: string; url: string }
}

export interface Engine {
  provider: Provider
  account: Account<unknown>
  ledger: Ledger
  markerOf(type: string, name: string): string
  fingerprint(spec: JsonObject): string
  /** Takes the account's and the plan's secrets out of what is shown or stored. */
  redact: Redact
  /** Called between calls to the vendor: throws when the step was cancelled. */
  checkpoint(): void
  onOutcome?(outcome: Outcome): Promise<void>
}

export const typeOf = (provider: Provider, name: string): ResourceType<unknown> => {
  const type = provider.resources[name]
  if (!type) throw new ProviderError(`${provider.name} has no resource type ${name}`, { provider: provider.name, retryable: false })
  return type
}

export const keyOf = ({ type, name }: { type: string; name: string }): string => `${type}/${name}`

/** What must change, secrets left out: fields that the vendor never shows count by their fingerprint. */
export function changesOf(type: ResourceType<unknown>, live: Live, desired: Desired, sentDiffers: boolean): FieldChange[] {
  const unreadable = type.unreadable ?? []
  const seen = (type.diff?.(live, desired) ?? diffSpec(live.spec, desired.spec)).filter(({ field }) => !unreadable.includes(fromPointer(field)[0] ?? ''))
  const unseen = sentDiffers ? unreadable.filter((key) => desired.spec[key] !== undefined).map((key) => ({ field: `/${key}` })) : []
  return [...seen, ...unseen]
}

export const needsReplacing = (type: ResourceType<unknown>, changes: readonly FieldChange[]): boolean =>
  changes.some(({ field }) => type.immutable?.includes(fromPointer(field)[0] ?? ''))

export type Intents = Map<string, Intent>

/** The ledger, by `keyOf`. */
export const intentsOf = async ({ ledger }: Engine): Promise<Intents> => new Map((await ledger.load()).map((intent) => [keyOf(intent), intent]))

/** The account as a resource's type sees it: with what else there is of the same plan. */
export const accountBeside = ({ account }: Engine, intents: ReadonlyMap<string, Intent>): Account<unknown> => ({
  ...account,
  siblings: [...intents.values()].flatMap(({ name, type, externalId, place }) => (externalId === null || place === 'elsewhere' ? [] : [{ name, type, externalId }])),
})

/** What an intent names, where it has an id. Another account's things are not here, also where this one is told that it may not see them. */
export async function liveOf(type: ResourceType<unknown>, account: Account<unknown>, { externalId, place }: Pick<Intent, 'externalId' | 'place'>): Promise<Live | undefined> {
  if (externalId === null) return undefined
  try {
    return await type.get(account, externalId)
  } catch (error) {
    if (place === 'elsewhere' && error instanceof ProviderError && error.details.status === 403) return undefined
    throw error
  }
}

export const isElsewhere = (intent: Intent | undefined): boolean => intent?.place === 'elsewhere'

/** What stays there, or may, when this account is given one of its own; what was there before us is nobody's to delete. */
export const isLeftElsewhere = (intent: Intent | undefined): intent is Intent => isElsewhere(intent) && intent?.adopted === false

export const desiredOf = ({ markerOf }: Engine, { name, type, spec }: Wanted, made: ReadonlyMap<string, Made>): Desired => ({ name, marker: markerOf(type, name), spec: spec(made) })
