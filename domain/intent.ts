import type { JsonObject } from '../contracts/json.ts'

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
  /** Made in another account than the one that is connected now, or before accounts were written down; otherwise absent. */
  place?: 'elsewhere' | 'unknown'
}

/** What is written before it is made. */
export type Intended = Omit<Intent, 'id' | 'url' | 'sentHash' | 'place'>

/** What lies in another account is known on under this name. A name in a template has no `@`. */
export const asideName = (name: string, place: string): string => `${name}@${place}`

/** The name in the template, also of what was set aside. */
export const ownName = (name: string): string => name.replace(/@.*$/s, '')

export const isSetAside = ({ name }: { name: string }): boolean => ownName(name) !== name

export const isAsideOf = (aside: { name: string }, name: string): boolean => isSetAside(aside) && ownName(aside.name) === name
