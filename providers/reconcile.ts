import { accountBeside, changesOf, desiredOf, intentsOf, isElsewhere, isLeftElsewhere, keyOf, liveOf, needsReplacing, typeOf } from './engine.ts'
import { isAsideOf } from '../domain/intent.ts'
import type { Intent } from '../domain/intent.ts'
import type { Engine, Intents, Made, Outcome, Wanted } from './engine.ts'
import { ManualStep, ProviderError } from './provider.ts'
import type { Live } from './provider.ts'
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
    const left = await leaveElsewhere(engine, intents, intents.get(keyOf(want)))
    if (!intents.has(keyOf(want))) known.delete(want.name)
    const outcome = await tracedAs({ ...want, externalId: intents.get(keyOf(want))?.externalId }, () => applyOne(engine, want, intents, known), ({ made: done }) => done?.externalId)
    if (outcome.made) known.set(want.name, outcome.made)
    outcomes.push(...left, outcome)
    await engine.onOutcome?.(outcome)
  }
  return outcomes
}

/** What lies in another account and is not to be found here is no more what is wanted: it is set aside, and whoever deletes what is not wanted meets it. */
async function leaveElsewhere(engine: Engine, intents: Intents, intent: Intent | undefined): Promise<Outcome[]> {
  if (!intent || !isElsewhere(intent)) return []
  if (!twinHere(intents, intent) && (await liveOf(typeOf(engine.provider, intent.type), accountBeside(engine, intents), intent))) return []
  intents.delete(keyOf(intent))
  if (!isLeftElsewhere(intent)) return []
  const aside = { ...intent, name: await engine.ledger.setAside(intent.id) }
  return [{ name: aside.name, type: aside.type, action: 'manual', manual: byHandElsewhere(engine, aside) }]
}

/** Ours from before another account was connected. */
const isAside = (intents: Intents, { type, name }: Wanted, { externalId }: Live): boolean =>
  [...intents.values()].some((other) => other.type === type && isAsideOf(other, name) && other.externalId === externalId && !isElsewhere(other) && !other.adopted)

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
    if (intent.externalId !== live.externalId || intent.url !== url || intent.sentHash !== sentHash || intent.place !== undefined) {
      await ledger.record(intent.id, { externalId: live.externalId, url, sentHash })
    }
    const { place: _, ...here } = intent
    intents.set(keyOf(want), { ...here, externalId: live.externalId, url, sentHash })
    return { name: want.name, type: want.type, action, made: { name: want.name, type: want.type, externalId: live.externalId, url } }
  }

  /** `uncertain`: an earlier create may have made it, unheard. */
  const make = async (begun: Intent, uncertain: boolean, action: Outcome['action']): Promise<Outcome> => {
    const created = await type.create(account, desired).catch(async (error: unknown) => {
      if (!uncertain && madeNothing(error)) {
        await ledger.forget(begun.id)
        intents.delete(keyOf(want))
      }
      throw error
    })
    // The look-up missed it and we had not begun before: it is somebody else's.
    if (created.marked || uncertain) return remember(begun, created, action)
    return remember(await ledger.intend({ ...meant, externalId: created.externalId, adopted: true }), created, 'adopted')
  }

  let intent = intents.get(keyOf(want))
  try {
    let live = intent && (await liveOf(type, account, intent))
    const lost = intent?.externalId !== undefined && intent.externalId !== null && live === undefined
    let adopted = intent?.adopted ?? false
    if (!live) {
      live = await type.find(account, desired)
      // A namesake without our mark is ours only if an intent without an id says that we were about to make it.
      if (live && !live.marked && (!intent || lost)) adopted = !isAside(intents, want, live)
    }
    if (!live) {
      const uncertain = intent !== undefined && !lost
      intent = await ledger.intend({ ...meant, externalId: null, adopted: false })
      engine.checkpoint()
      return await make(intent, uncertain, lost ? 'repaired' : 'created')
    }
    if (!intent || lost || intent.position !== want.position) intent = await ledger.intend({ ...meant, externalId: live.externalId, adopted })
    const changes = changesOf(type, live, desired, intent.sentHash !== null && intent.sentHash !== sentHash)
    if (needsReplacing(type, changes)) {
      if (adopted) throw new ProviderError(`${want.name}: ${naturalKey} exists at ${provider.name} and was not made by Slipway; ${changes.map(({ field }) => field).join(', ')} cannot be changed there. Give it another name, or delete it by hand.`, { provider: provider.name, retryable: false })
      await type.remove(account, live.externalId, { force: false })
      intent = await ledger.intend({ ...meant, externalId: null, adopted: false })
      return await make(intent, false, 'replaced')
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

/** Then whoever makes one of that name later is not us, and the intent must not claim it. */
const madeNothing = (error: unknown): boolean => error instanceof ManualStep || (error instanceof ProviderError && error.details.unmade === true)

/**
 * Deletes what our intents say that we made, last made first. `kept` are vendor ids that another plan still links. What was
 * there before us is only forgotten, and first of all: while it is known, another of ours would hand itself over to it.
 */
export async function remove(engine: Engine, unwanted: readonly Intent[], kept: ReadonlySet<string>, options: { force: boolean }): Promise<Outcome[]> {
  if (unwanted.length === 0) return []
  const outcomes: Outcome[] = []
  const intents = await intentsOf(engine)
  const account = accountBeside(engine, intents)
  for (const intent of unwanted.toSorted((a, b) => Number(b.adopted) - Number(a.adopted) || b.position - a.position)) {
    engine.checkpoint()
    const outcome = await tracedAs(intent, () => removeOne({ ...engine, account }, intents, { ...intent, ...intents.get(keyOf(intent)) }, kept, options), () => undefined)
    outcomes.push(outcome)
    await engine.onOutcome?.(outcome)
  }
  return outcomes
}

/** What is known by another name, as lying in this account: an id may be the same in each account, or one thing may have been set aside and found again. */
const twinHere = (intents: Intents, { id, type, externalId }: Intent): Intent | undefined =>
  externalId === null ? undefined : [...intents.values()].find((other) => other.id !== id && other.type === type && other.externalId === externalId && !isElsewhere(other))

/** Another account's things are not to be found through this one: that is no sign that they are gone. */
const byHandElsewhere = ({ provider, account, redact }: Engine, { name, naturalKey, url }: Intent, wayOut = ', or deploy or undeploy while that account is connected'): { instruction: string; url: string } => redact({
  instruction: `${name}: ${naturalKey} was made in another account of ${provider.name} than the one that is connected now, and stays there. Delete it by hand${wayOut}`,
  url: url ?? account.connection.baseUrl,
})

async function removeOne(engine: Engine, intents: Intents, intent: Intent, kept: ReadonlySet<string>, options: { force: boolean }): Promise<Outcome> {
  const { name, type } = intent
  if (intent.externalId !== null && kept.has(intent.externalId) && !isElsewhere(intent)) return { name, type, action: 'kept' }
  try {
    const handedOver = !intent.adopted && intent.externalId !== null && (await engine.ledger.handOver(intent.id, intent.externalId))
    if (handedOver) intents.delete(keyOf(intent))
    if (handedOver) return { name, type, action: 'kept' }
    const outcome = await takeAway(engine, intents, intent, options)
    if (outcome.action !== 'manual') {
      await engine.ledger.forget(intent.id)
      intents.delete(keyOf(intent))
    }
    return { name, type, ...outcome }
  } catch (error) {
    if (!(error instanceof ManualStep)) throw error
    return { name, type, action: 'manual', manual: engine.redact({ instruction: error.message, url: error.url }) }
  }
}

async function takeAway(engine: Engine, intents: Intents, intent: Intent, options: { force: boolean }): Promise<Pick<Outcome, 'action' | 'manual'>> {
  const type = typeOf(engine.provider, intent.type)
  const { account } = engine
  const twin = twinHere(intents, intent)
  // One thing that has gone to another account and come back, or that two names found: the last of them takes it away.
  if (intent.adopted || (twin && (!isElsewhere(intent) || twin.url === intent.url))) return { action: 'kept' }
  const find = () => type.find(account, { name: intent.name, marker: engine.markerOf(intent.type, intent.name), spec: intent.sought })
  let { externalId } = intent
  if (isElsewhere(intent)) {
    const found = twin ? undefined : externalId === null ? await find() : await liveOf(type, account, intent)
    // A namesake is no proof that this is the same account by another name.
    if (!found || (externalId === null && !found.marked)) return options.force ? { action: 'kept', manual: byHandElsewhere(engine, intent, '; nothing of it is known here any more') } : { action: 'manual', manual: byHandElsewhere(engine, intent) }
    externalId = found.externalId
  }
  externalId ??= (await find())?.externalId ?? null
  if (externalId !== null) await type.remove(account, externalId, options)
  return { action: 'deleted' }
}
