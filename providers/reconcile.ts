import { accountBeside, changesOf, desiredOf, intentsOf, keyOf, needsReplacing, typeOf } from './engine.ts'
import type { Intent } from '../domain/intent.ts'
import type { Engine, Intents, Made, Outcome, Wanted } from './engine.ts'
import { ManualStep, ProviderError } from './provider.ts'
import type { Account, Live } from './provider.ts'
import { tracedAs } from './tracing.ts'

/**
 * Makes the wanted resources exist, one after the other. Safe to repeat at any point: each create comes after a look-up and an
 * intent of ours, so that a worker killed at any instant leaves neither a second one nor one that nobody knows.
 */
export async function apply(engine: Engine, wanted: readonly Wanted[], made: ReadonlyMap<string, Made>): Promise<Outcome[]> {
  const intents = await intentsOf(engine)
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

async function applyOne(engine: Engine, want: Wanted, intents: Intents, made: ReadonlyMap<string, Made>): Promise<Outcome> {
  const { provider, ledger } = engine
  const type = typeOf(provider, want.type)
  const account = accountBeside(engine, intents)
  const desired = desiredOf(engine, want, made)
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
      const begun = await ledger.intend({ ...meant, externalId: null, adopted: false })
      intent = begun
      engine.checkpoint()
      const created = await type.create(account, desired).catch(async (error: unknown) => {
        // Refused as taken at the very first try: whoever has the name, it is not us, though the vendor's list hides it still.
        if (!uncertain && error instanceof ProviderError && error.details.taken === true) await ledger.forget(begun.id)
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

/**
 * Deletes what our intents say that we made, last made first. `kept` are vendor ids that another plan still links. What was
 * there before us is only forgotten.
 */
export async function remove(engine: Engine, unwanted: readonly Intent[], kept: ReadonlySet<string>, options: { force: boolean }): Promise<Outcome[]> {
  if (unwanted.length === 0) return []
  const outcomes: Outcome[] = []
  const intents = await intentsOf(engine)
  const account = accountBeside(engine, intents)
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
