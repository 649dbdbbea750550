import type { Change } from '../contracts/plan.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { diffSpec } from '../domain/diff.ts'
import { fromPointer } from '../domain/pointer.ts'
import { ManualStep, ProviderError } from './provider.ts'
import type { Account, Desired, FieldChange, Live, Provider, ResourceType } from './provider.ts'
import { tracedAs } from './tracing.ts'
import type { Redact } from '../domain/redact.ts'

/** Our own record of one resource: written before it is made, so that nothing made is ever forgotten. */
export interface Intent {
  id: string
  type: string
  name: string
  naturalKey: string
  /** The spec as it was when we first meant to make it, to look it up again. Holds no secret. */
  sought: JsonObject
  /** null: we may have made it, but do not know its id yet. */
  externalId: string | null
  url: string | null
  /** Fingerprint of what was last sent. */
  sentHash: string | null
  /** It was there before us: updated, never deleted. */
  adopted: boolean
  position: number
}

/** Where intents are kept. */
export interface Ledger {
  /** Those of this client, template and provider. */
  load(): Promise<Intent[]>
  /** Before anything is made (externalId null) or when something is adopted. Overwrites the one of the same type and name. */
  intend(intent: Omit<Intent, 'id' | 'url' | 'sentHash'>): Promise<Intent>
  /** As soon as the vendor has answered. */
  record(id: string, made: { externalId: string; url: string; sentHash: string }): Promise<void>
  forget(id: string): Promise<void>
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

const typeOf = (provider: Provider, name: string): ResourceType<unknown> => {
  const type = provider.resources[name]
  if (!type) throw new ProviderError(`${provider.name} has no resource type ${name}`, { provider: provider.name, retryable: false })
  return type
}

const keyOf = ({ type, name }: { type: string; name: string }): string => `${type}/${name}`

/** What must change, secrets left out: fields that the vendor never shows count by their fingerprint. */
function changesOf(type: ResourceType<unknown>, live: Live, desired: Desired, sentDiffers: boolean): FieldChange[] {
  const unreadable = type.unreadable ?? []
  const seen = (type.diff?.(live, desired) ?? diffSpec(live.spec, desired.spec)).filter(({ field }) => !unreadable.includes(fromPointer(field)[0] ?? ''))
  const unseen = sentDiffers ? unreadable.filter((key) => desired.spec[key] !== undefined).map((key) => ({ field: `/${key}` })) : []
  return [...seen, ...unseen]
}

const needsReplacing = (type: ResourceType<unknown>, changes: readonly FieldChange[]): boolean =>
  changes.some(({ field }) => type.immutable?.includes(fromPointer(field)[0] ?? ''))

/**
 * Makes the wanted resources exist, one after the other. Safe to repeat at any point: each create comes after a look-up and an
 * intent of ours, so that a worker killed at any instant leaves neither a second one nor one that nobody knows.
 */
export async function apply(engine: Engine, wanted: readonly Wanted[], made: ReadonlyMap<string, Made>): Promise<Outcome[]> {
  const intents = new Map((await engine.ledger.load()).map((intent) => [keyOf(intent), intent]))
  const known = new Map(made)
  const outcomes: Outcome[] = []
  for (const want of wanted) {
    engine.checkpoint()
    const outcome = await tracedAs({ ...want, externalId: intents.get(keyOf(want))?.externalId }, () => applyOne(engine, want, intents, known), ({ made: done }) => done?.externalId)
    if (outcome.made) known.set(want.name, outcome.made)
    outcomes.push(outcome)
    await engine.onOutcome?.(outcome)
  }
  return outcomes
}

async function applyOne(engine: Engine, want: Wanted, intents: Map<string, Intent>, made: ReadonlyMap<string, Made>): Promise<Outcome> {
  const { provider, ledger } = engine
  const type = typeOf(provider, want.type)
  const account = { ...engine.account, siblings: siblingsOf(intents) }
  const desired: Desired = { name: want.name, marker: engine.markerOf(want.type, want.name), spec: want.spec(made) }
  const sentHash = engine.fingerprint(desired.spec)
  const naturalKey = engine.redact(type.naturalKey(desired))
  const meant = { type: want.type, name: want.name, naturalKey, sought: want.outline, position: want.position }
  const remember = async (intent: Intent, live: Live, action: Outcome['action']): Promise<Outcome> => {
    const url = type.url(account.connection, live)
    if (intent.externalId !== live.externalId || intent.url !== url || intent.sentHash !== sentHash) {
      await ledger.record(intent.id, { externalId: live.externalId, url, sentHash })
    }
    intents.set(keyOf(want), { ...intent, externalId: live.externalId, url, sentHash })
    return { name: want.name, type: want.type, action, made: { name: want.name, type: want.type, externalId: live.externalId, url } }
  }

  let intent = intents.get(keyOf(want))
  try {
    let live = intent?.externalId ? await type.get(account, intent.externalId) : undefined
    const lost = intent?.externalId !== undefined && intent.externalId !== null && live === undefined
    let adopted = intent?.adopted ?? false
    if (!live) {
      live = await type.find(account, desired)
      // A namesake without our mark is ours only if an intent without an id says that we were about to make it.
      if (live && !live.marked && (!intent || lost)) adopted = true
    }
    if (!live) {
      const uncertain = intent !== undefined && !lost
      intent = await ledger.intend({ ...meant, externalId: null, adopted: false })
      engine.checkpoint()
      const created = await type.create(account, desired).catch(async (error: unknown) => {
        // Refused as taken at the very first try: whoever has the name, it is not us, though the vendor's list hides it still.
        if (!uncertain && error instanceof ProviderError && error.details.taken === true) await ledger.forget((intent as Intent).id)
        throw error
      })
      // The look-up missed it and we had not begun before: it is somebody else's.
      if (created.marked || uncertain) return await remember(intent, created, lost ? 'repaired' : 'created')
      return await remember(await ledger.intend({ ...meant, externalId: created.externalId, adopted: true }), created, 'adopted')
    }
    if (!intent || lost || intent.position !== want.position) intent = await ledger.intend({ ...meant, externalId: live.externalId, adopted })
    const changes = changesOf(type, live, desired, intent.sentHash !== null && intent.sentHash !== sentHash)
    if (needsReplacing(type, changes)) {
      if (adopted) throw new ProviderError(`${want.name}: ${naturalKey} exists at ${provider.name} and was not made by Slipway; ${changes.map(({ field }) => field).join(', ')} cannot be changed there. Give it another name, or delete it by hand.`, { provider: provider.name, retryable: false })
      await type.remove(account, live.externalId, { force: false })
      intent = await ledger.intend({ ...meant, externalId: null, adopted: false })
      return await remember(intent, await type.create(account, desired), 'replaced')
    }
    const unsent = type.unreadable !== undefined && intent.sentHash === null
    if (changes.length === 0 && !unsent) return await remember(intent, live, adopted && intent.sentHash === null ? 'adopted' : 'unchanged')
    return await remember(intent, await type.update(account, live, desired), adopted ? 'adopted' : 'updated')
  } catch (error) {
    if (!(error instanceof ManualStep)) throw error
    // What exists stays linked, and others may refer to it, though a person has to finish it.
    const made = intent?.externalId && intent.url ? { made: { name: want.name, type: want.type, externalId: intent.externalId, url: intent.url } } : {}
    return { name: want.name, type: want.type, action: 'manual', manual: engine.redact({ instruction: error.message, url: error.url }), ...made }
  }
}

const siblingsOf = (intents: ReadonlyMap<string, Intent>) =>
  [...intents.values()].flatMap(({ name, type, externalId }) => (externalId === null ? [] : [{ name, type, externalId }]))

/**
 * Deletes what our intents say that we made, last made first. `kept` are vendor ids that another plan still links. What was
 * there before us is only forgotten.
 */
export async function remove(engine: Engine, unwanted: readonly Intent[], kept: ReadonlySet<string>, options: { force: boolean }): Promise<Outcome[]> {
  if (unwanted.length === 0) return []
  const outcomes: Outcome[] = []
  const intents = new Map((await engine.ledger.load()).map((intent) => [keyOf(intent), intent]))
  const account = { ...engine.account, siblings: siblingsOf(intents) }
  for (const intent of unwanted.toSorted((a, b) => b.position - a.position)) {
    engine.checkpoint()
    const outcome = await tracedAs(intent, () => removeOne(engine, account, intent, kept, options), () => undefined)
    outcomes.push(outcome)
    await engine.onOutcome?.(outcome)
  }
  return outcomes
}

async function removeOne(engine: Engine, account: Account<unknown>, intent: Intent, kept: ReadonlySet<string>, options: { force: boolean }): Promise<Outcome> {
  const { name, type: typeName } = intent
  if (intent.externalId !== null && kept.has(intent.externalId)) return { name, type: typeName, action: 'kept' }
  const type = typeOf(engine.provider, typeName)
  try {
    const handedOver = !intent.adopted && intent.externalId !== null && (await engine.ledger.handOver(intent.id, intent.externalId))
    if (handedOver) return { name, type: typeName, action: 'kept' }
    if (!intent.adopted) {
      const externalId = intent.externalId ?? (await type.find(account, { name, marker: engine.markerOf(typeName, name), spec: intent.sought }))?.externalId
      if (externalId !== undefined) await type.remove(account, externalId, options)
    }
    await engine.ledger.forget(intent.id)
    return { name, type: typeName, action: intent.adopted ? 'kept' : 'deleted' }
  } catch (error) {
    if (!(error instanceof ManualStep)) throw error
    return { name, type: typeName, action: 'manual', manual: engine.redact({ instruction: error.message, url: error.url }) }
  }
}

/** What `apply` and `remove` would do now. Changes nothing; rows of an unreachable provider are `unknown`. */
export async function preview(engine: Engine, wanted: readonly Wanted[], unwanted: readonly Intent[], made: ReadonlyMap<string, Made>): Promise<Change[]> {
  const provider = engine.provider.name
  const intents = new Map((await engine.ledger.load()).map((intent) => [keyOf(intent), intent]))
  const rows: Change[] = []
  let away: string | undefined
  for (const want of wanted) {
    engine.checkpoint()
    const row = { provider, type: want.type, name: want.name }
    if (away !== undefined) {
      rows.push({ ...row, action: 'unknown', reason: away })
      continue
    }
    try {
      rows.push({ ...row, ...(await previewOne(engine, want, intents, made)) })
    } catch (error) {
      if (error instanceof ManualStep) rows.push({ ...row, action: 'unknown', notes: [`By hand: ${error.message} (${error.url})`] })
      else if (error instanceof ProviderError) {
        rows.push({ ...row, action: 'unknown', reason: error.message })
        // Whoever does not answer once is not asked again for every row.
        if (error.details.status === undefined) away = error.message
      } else throw error
    }
  }
  for (const intent of unwanted) rows.push({ provider, type: intent.type, name: intent.name, action: 'delete', ...(intent.adopted ? { notes: ['It was there before us: it stays, and is only forgotten.'] } : {}) })
  // The vendor's words may hold a secret as it was sent.
  return engine.redact(rows as unknown as Json) as unknown as Change[]
}

/** Then neither value is shown: the present one is likely the secret before this. */
const holdsSecret = ({ redact }: Engine, value: Json | undefined): boolean => value !== undefined && JSON.stringify(redact(value)) !== JSON.stringify(value)

async function previewOne(engine: Engine, want: Wanted, intents: ReadonlyMap<string, Intent>, made: ReadonlyMap<string, Made>): Promise<Omit<Change, 'provider' | 'type' | 'name'>> {
  const type = typeOf(engine.provider, want.type)
  const account = { ...engine.account, siblings: siblingsOf(intents) }
  const desired: Desired = { name: want.name, marker: engine.markerOf(want.type, want.name), spec: want.spec(made) }
  const intent = intents.get(keyOf(want))
  const live = (intent?.externalId ? await type.get(account, intent.externalId) : undefined) ?? (await type.find(account, desired))
  const notes = [...(type.normalize?.(want.outline).notes ?? []), ...((await type.remarks?.(account, desired, live)) ?? [])]
  const noted = notes.length > 0 ? { notes } : {}
  if (!live) return { action: 'create', ...noted }
  const adopted = intent?.adopted ?? !live.marked ? { adopted: true } : {}
  const changes = changesOf(type, live, desired, intent?.sentHash !== null && intent?.sentHash !== undefined && intent.sentHash !== engine.fingerprint(desired.spec))
  if (changes.length === 0) return { action: 'unchanged', ...adopted, ...noted }
  return { action: needsReplacing(type, changes) ? 'replace' : 'update', fields: changes.map((one) => (holdsSecret(engine, one.to) ? { field: one.field } : one)), ...adopted, ...noted }
}
