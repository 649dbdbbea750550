import type { JsonObject } from '../../contracts/json.ts'

/** What HighLevel writes into everything it answers, and refuses to be sent. */
export const writtenByVendor = ['id', 'locationId', 'dateAdded', 'dateUpdated', 'createdAt', 'updatedAt', 'traceId']

/** A spec without what the vendor writes itself; one note for each such key. */
export function withoutReadOnly(spec: JsonObject): { spec: JsonObject; notes: string[] } {
  const dropped = Object.keys(spec).filter((key) => writtenByVendor.includes(key))
  return { spec: without(spec, dropped), notes: dropped.map((key) => `${key}: written by GoHighLevel, not sent`) }
}

export const without = (spec: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(spec).filter(([key]) => !keys.includes(key)))
