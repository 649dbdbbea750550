import { isAsideOf, isSetAside, ownName } from '../domain/intent.ts'
import type { Intent } from '../domain/intent.ts'
import { isElsewhere, isLeftElsewhere, keyOf, liveOf, typeOf } from './engine.ts'
import type { Engine, Outcome, Wanted } from './engine.ts'
import type { Desired, Live } from './provider.ts'

type Known = ReadonlyMap<string, Intent>

/** What there is of a wanted resource. */
export interface Present {
  /** What this account knows of it. */
  intent: Intent | undefined
  live: Live | undefined
  /** What the intent names is gone. */
  lost: boolean
  /** The live one was there before us. */
  adopted: boolean
  /** What another account has of it. */
  left: Intent | undefined
}

/** What is known by another name, as lying in this account: an id may be the same in each account, or one thing may have been set aside and found again. */
export const twinHere = (intents: Known, { id, type, externalId }: Intent): Intent | undefined =>
  externalId === null ? undefined : [...intents.values()].find((other) => other.id !== id && other.type === type && other.externalId === externalId && !isElsewhere(other))

/** One that is known to be this, or may be, as its create was never heard of. */
const mayBe = (other: Intent, { externalId }: Live): boolean => !isElsewhere(other) && (other.externalId === null || other.externalId === externalId)

/** Ours from before another account was connected. */
const isAside = (intents: Known, { type, name }: Wanted, { externalId }: Live): boolean =>
  [...intents.values()].some((other) => other.type === type && isAsideOf(other, name) && other.externalId === externalId && !isElsewhere(other) && !other.adopted)

/** What was never heard of in this account, and set aside while another was connected, may be what has the other's id here. */
const isUnheardHere = (intents: Known, { type, name }: Intent): boolean =>
  [...intents.values()].some((other) => other.type === type && isAsideOf(other, name) && other.externalId === null && !isElsewhere(other))

/** What a look-up found for one name is also another's. */
export const isShared = (intents: Known, { id, type, name }: Intent, live: Live): boolean =>
  [...intents.values()].some((other) => other.id !== id && other.type === type && mayBe(other, live) && (other.externalId !== null || ownName(other.name) === ownName(name)))

/** By its mark or its name, where the id is not known. */
export function lookUp({ provider, account, markerOf }: Engine, intent: Intent): Promise<Live | undefined> {
  const name = ownName(intent.name)
  return typeOf(provider, intent.type).find(account, { name, marker: markerOf(intent.type, name), spec: intent.sought })
}

/** What an intent names, where it is in this account: another account's is, where this one turns out to be the same by another name. */
export async function foundHere(engine: Engine, intents: Known, intent: Intent): Promise<Live | undefined> {
  if (isElsewhere(intent) && (twinHere(intents, intent) || isUnheardHere(intents, intent))) return undefined
  if (!isElsewhere(intent) || intent.externalId !== null) return liveOf(typeOf(engine.provider, intent.type), engine.account, intent)
  // What was set aside was not here: what bears its mark by now was made here since.
  const found = isSetAside(intent) ? undefined : await lookUp(engine, intent)
  // A namesake is no proof that this is the same account by another name.
  return found?.marked && !isShared(intents, intent, found) ? found : undefined
}

/** By what our intent names, else by its mark or its name. */
export async function presentOf(engine: Engine, intents: Known, want: Wanted, desired: Desired): Promise<Present> {
  const known = intents.get(keyOf(want))
  const named = known && (await foundHere(engine, intents, known))
  if (named) return { intent: known, live: named, lost: false, adopted: known.adopted, left: undefined }
  const live = await typeOf(engine.provider, want.type).find(engine.account, desired)
  const intent = isElsewhere(known) ? undefined : known
  const lost = intent !== undefined && intent.externalId !== null
  // A namesake without our mark is ours only if an intent without an id says that we were about to make it, or if it was set aside.
  const adopted = live && !live.marked && (!intent || lost) ? !isAside(intents, want, live) : (intent?.adopted ?? false)
  return { intent, live, lost, adopted, left: isElsewhere(known) ? known : undefined }
}

/** What another account has is no more what is wanted: it is set aside, and whoever deletes what is not wanted meets it. */
export async function setAside(engine: Engine, left: Intent): Promise<Outcome[]> {
  if (!isLeftElsewhere(left)) return []
  const aside = { ...left, name: await engine.ledger.setAside(left.id) }
  return [{ name: aside.name, type: aside.type, action: 'manual', manual: byHandElsewhere(engine, aside) }]
}

/** Only a person can tell. */
export const perhapsOurs = ({ account, redact }: Engine, { name, naturalKey, url }: Intent): { instruction: string; url: string } => redact({
  instruction: `${name}: ${naturalKey} may be what was made before another account was connected, unheard, or somebody else's. Delete it by hand where it is nobody's`,
  url: url ?? account.connection.baseUrl,
})

/** Another account's things are not to be found through this one: that is no sign that they are gone. */
export const byHandElsewhere = ({ provider, account, redact }: Engine, { name, naturalKey, externalId, url }: Intent, wayOut = ', or deploy or undeploy while that account is connected'): { instruction: string; url: string } => redact({
  instruction: `${name}: ${naturalKey} ${externalId === null ? 'may have been' : 'was'} made in another account of ${provider.name} than the one that is connected now, and stays there. Delete it by hand${wayOut}`,
  url: url ?? account.connection.baseUrl,
})
