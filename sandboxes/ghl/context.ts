import { randomInt } from 'node:crypto'
import type { Response } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { checkAccess } from './access.ts'
import { GhlRefusal } from './refusal.ts'

/** Everything that HighLevel keeps for a location. */
export interface Owned {
  id: string
  name: string
  locationId: string
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** HighLevel's ids are 20 characters long. */
export const newId = (): string => Array.from({ length: 20 }, () => letters[randomInt(letters.length)]).join('')

/** What merge keys and calendar links are made of: `Lead Source?` becomes `lead_source`. */
export const slugOf = (name: string, separator = '_'): string =>
  name.toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim().replaceAll(' ', separator)

export const isSameName = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase()

export const all = <T extends Owned>({ store }: SandboxContext, type: string, location: string): T[] =>
  store.list<T>(type).map(({ body }) => body).filter(({ locationId }) => locationId === location)

/** What a list answers: it may lag behind writes, unlike the check for duplicates. */
export function listed<T extends Owned>({ store, faults }: SandboxContext, type: string, location: string): T[] {
  const visible = Date.now() - (faults().listLagMs ?? 0)
  return store.list<T>(type).filter(({ createdAt, body }) => createdAt <= visible && body.locationId === location).map(({ body }) => body)
}

/** One thing of the token's location. */
export function getOwned<T extends Owned>({ store }: SandboxContext, res: Response, type: string, id: string): T {
  const body = store.get<T>(type, id)
  if (body === undefined) throw new GhlRefusal(404, `${type} with id ${id} not found`)
  checkAccess(res, body.locationId)
  return body
}
