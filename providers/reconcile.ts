import { isSetAside } from '../domain/intent.ts'
import type { Intent } from '../domain/intent.ts'
import { byHandElsewhere, foundHere, isShared, lookUp, perhapsOurs, presentOf, setAside, twinHere } from './elsewhere.ts'
import type { Present } from './elsewhere.ts'
import { accountBeside, changesOf, desiredOf, intentsOf, isElsewhere, keyOf, needsReplacing, typeOf } from './engine.ts'
import type { Engine, Intents, Made, Outcome, Wanted } from './engine.ts'
import { ManualStep, ProviderError } from './provider.ts'
import type { Desired, Live } from './provider.ts'
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
    const before = intents.get(keyOf(want))
    const left: Outcome[] = []
    const account = accountBeside(engine, intents)
    const outcome = await tracedAs({ ...want, externalId: isElsewhere(before) ? undefined : before?.externalId }, () => applyOne({ ...engine, account }, want, intents, known, left), ({ made: done }) => done?.externalId)
    if (outcome.made) known.set(want.name, outcome.made)
    // What it was before, in another account or gone, is nothing to refer to.
    else if (intents.get(keyOf(want))?.externalId !== known.get(want.name)?.externalId) known.delete(want.name)
    outcomes.push(...left, outcome)
    await engine.onOutcome?.(outcome)
  }
  return outcomes
}

/** `left` gets what stays in another account. */
async function applyOne(engine: Engine, want: Wanted, intents: Intents, made: ReadonlyMap<string, Made>, left: Outcome[]): Promise<Outcome> {
  const desired = desiredOf(engine, want, made)
  try {
    const present = await presentOf(engine, intents, want, desired)
    if (present.left) {
      left.push(...(await setAside(engine, present.left)))
      intents.delete(keyOf(want))
    }
    return await settle(engine, want, intents, desired, present)
  } catch (error) {
    const intent = intents.get(keyOf(want))
    // What exists stays linked, and others may refer to it, though a person has to finish it.
    const linked = intent?.externalId && intent.url && !isElsewhere(intent) ? { made: { name: want.name, type: want.type, externalId: intent.externalId, url: intent.url } } : {}
    return { ...byHand(engine, want, error), ...linked }
  }
}

/** Makes what there is what is wanted. */
async function settle(engine: Engine, want: Wanted, intents: Intents, desired: Desired, present: Present): Promise<Outcome> {
  const { provider, ledger, account } = engine
  const { live, lost, adopted } = present
  const type = typeOf(provider, want.type)
  const sentHash = engine.fingerprint(desired.spec)
  const naturalKey = engine.redact(type.naturalKey(desired))
  const intend = async (externalId: string | null, isAdopted: boolean): Promise<Intent> => {
    const intent = await ledger.intend({ type: want.type, name: want.name, naturalKey, sought: want.outline, position: want.position, externalId, adopted: isAdopted })
    intents.set(keyOf(want), intent)
    return intent
  }
  const remember = async (intent: Intent, seen: Live, action: Outcome['action']): Promise<Outcome> => {
    const { externalId } = seen
    const url = type.url(account.connection, seen)
    if (intent.externalId !== externalId || intent.url !== url || intent.sentHash !== sentHash || intent.place !== undefined) {
      await ledger.record(intent.id, { externalId, url, sentHash })
    }
    const { place: _, ...here } = intent
    intents.set(keyOf(want), { ...here, externalId, url, sentHash })
    return { name: want.name, type: want.type, action, made: { name: want.name, type: want.type, externalId, url } }
  }

  /** `uncertain`: an earlier create may have made it, unheard. */
  const make = async (uncertain: boolean, action: Outcome['action']): Promise<Outcome> => {
    const begun = await intend(null, false)
    // What was deleted for it is made anew in any case.
    if (action !== 'replaced') engine.checkpoint()
    const created = await type.create(account, desired).catch(async (error: unknown) => {
      if (!uncertain && madeNothing(error)) {
        await ledger.forget(begun.id)
        intents.delete(keyOf(want))
      }
      throw error
    })
    // The look-up missed it and we had not begun before: it is somebody else's.
    if (created.marked || uncertain) return remember(begun, created, action)
    return remember(await intend(created.externalId, true), created, 'adopted')
  }

  if (!live) return make(present.intent !== undefined && !lost, lost ? 'repaired' : 'created')
  const known = lost || present.intent?.position !== want.position ? undefined : present.intent
  const intent = known ?? (await intend(live.externalId, adopted))
  const changes = changesOf(type, live, desired, intent.sentHash !== null && intent.sentHash !== sentHash)
  if (needsReplacing(type, changes)) {
    if (adopted) throw new ProviderError(`${want.name}: ${naturalKey} exists at ${provider.name} and was not made by Slipway; ${changes.map(({ field }) => field).join(', ')} cannot be changed there. Give it another name, or delete it by hand.`, { provider: provider.name, retryable: false })
    await type.remove(account, live.externalId, { force: false })
    return make(false, 'replaced')
  }
  const unsent = type.unreadable !== undefined && intent.sentHash === null
  if (changes.length === 0 && !unsent) return remember(intent, live, adopted && intent.sentHash === null ? 'adopted' : 'unchanged')
  return remember(intent, await type.update(account, live, desired), adopted ? 'adopted' : 'updated')
}

/** What is left to a person; whatever else went wrong is thrown on. */
function byHand({ redact }: Engine, { name, type }: { name: string; type: string }, error: unknown): Outcome {
  if (!(error instanceof ManualStep)) throw error
  return { name, type, action: 'manual', manual: redact({ instruction: error.message, url: error.url }) }
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
    const outcome = await tracedAs(intent, () => removeOne({ ...engine, account }, intents, intents.get(keyOf(intent)) ?? intent, kept, options), () => undefined)
    outcomes.push(outcome)
    await engine.onOutcome?.(outcome)
  }
  return outcomes
}

async function removeOne(engine: Engine, intents: Intents, intent: Intent, kept: ReadonlySet<string>, options: { force: boolean }): Promise<Outcome> {
  const { name, type } = intent
  try {
    if (intent.externalId !== null && kept.has(intent.externalId)) return { name, type, ...(await keep(engine, intents, intent)) }
    const handedOver = !intent.adopted && intent.externalId !== null && (await engine.ledger.handOver(intent.id, intent.externalId))
    if (handedOver) {
      intents.delete(keyOf(intent))
      return { name, type, action: 'kept' }
    }
    const outcome = await takeAway(engine, intents, intent, options)
    if (outcome.action !== 'manual') {
      await engine.ledger.forget(intent.id)
      intents.delete(keyOf(intent))
    }
    return { name, type, ...outcome }
  } catch (error) {
    return byHand(engine, intent, error)
  }
}

type Taken = Pick<Outcome, 'action' | 'manual'>

/** One thing that has gone to another account and come back, or that two names found. */
function isTwin(intents: Intents, intent: Intent): boolean {
  const twin = twinHere(intents, intent)
  return twin !== undefined && (!isElsewhere(intent) || twin.url === intent.url)
}

/** What another plan links stays known, also against a person's word: what has that id in another account may be what is linked. */
async function keep(engine: Engine, intents: Intents, intent: Intent): Promise<Taken> {
  if (!isElsewhere(intent) || intent.adopted || isTwin(intents, intent) || (await foundHere(engine, intents, intent))) return { action: 'kept' }
  return { action: 'manual', manual: byHandElsewhere(engine, intent) }
}

async function takeAway(engine: Engine, intents: Intents, intent: Intent, options: { force: boolean }): Promise<Taken> {
  // The last of two names takes it away.
  if (intent.adopted || isTwin(intents, intent)) return { action: 'kept' }
  if (isElsewhere(intent)) return takeBack(engine, intents, intent, options)
  const found = intent.externalId === null ? await lookUp(engine, intent) : undefined
  if (found && isShared(intents, intent, found)) return { action: 'kept' }
  // Since it was set aside, anybody may have made one of that name.
  if (found && !found.marked && isSetAside(intent)) return { action: options.force ? 'kept' : 'manual', manual: perhapsOurs(engine, intent) }
  const externalId = intent.externalId ?? found?.externalId
  if (externalId !== undefined) await typeOf(engine.provider, intent.type).remove(engine.account, externalId, options)
  return { action: 'deleted' }
}

/** Where another account's is not found in this one, only a person can say that it is to be forgotten. */
async function takeBack(engine: Engine, intents: Intents, intent: Intent, options: { force: boolean }): Promise<Taken> {
  const found = await foundHere(engine, intents, intent)
  if (found) {
    await typeOf(engine.provider, intent.type).remove(engine.account, found.externalId, options)
    return { action: 'deleted' }
  }
  if (options.force) return { action: 'kept', manual: byHandElsewhere(engine, intent, '; nothing of it is known here any more') }
  return { action: 'manual', manual: byHandElsewhere(engine, intent) }
}
