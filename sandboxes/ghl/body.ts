import { problemsOf } from './body-problems.ts'
import { GhlRefusal } from './refusal.ts'

export interface Field {
  type: 'string' | 'number' | 'boolean' | 'array' | 'object' | 'any'
  required?: true
  oneOf?: readonly string[]
}

export type Fields = Readonly<Record<string, Field>>

/** Fields by type; a name that ends in `*` is required. */
export function fields(byType: Partial<Record<Field['type'], string>>): Record<string, Field> {
  const entries = Object.entries(byType).flatMap(([type, names]) => names.split(' ').map((name) => [name, type as Field['type']] as const))
  return Object.fromEntries(entries.map(([name, type]) => (name.endsWith('*') ? [name.slice(0, -1), { type, required: true }] : [name, { type }])))
}

/** Refuses, with all problems at once, what HighLevel's validation refuses: unknown fields, missing ones, wrong types. */
export function checkBody(known: Fields, body: unknown): Record<string, unknown> {
  const given = isRecord(body) ? body : {}
  const problems = problemsOf(known, given)
  if (problems.length > 0) throw new GhlRefusal(422, problems)
  return given
}

/** A query is whitelisted as a body is. */
export const checkQuery = (known: Fields, query: Record<string, unknown>): Record<string, unknown> => checkBody(known, query)

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
