import type { FieldTable } from './field-tables.ts'
import { refuse } from './refusal.ts'
import type { Fields } from './wire.ts'

/** Keeps the fields Retell knows, each of its type (or null); other fields are silently dropped, as Retell has no free metadata. */
export function pickFields(body: Fields, fields: FieldTable): Fields {
  const known = Object.entries(body).filter(([name]) => fields.has(name))
  for (const [name, value] of known) {
    const kind = fields.get(name)
    if (kind !== undefined && value !== null && kindOf(value) !== kind) refuse(`${name} must be ${kind === 'object' ? 'an' : 'a'} ${kind}`)
  }
  return Object.fromEntries(known)
}

export const isSet = (value: unknown): boolean => value !== undefined && value !== null

export function requireFields(body: Fields, ...names: string[]): void {
  const missing = names.filter((name) => !isSet(body[name]))
  if (missing.length > 0) refuse(`Missing required field: ${missing.join(', ')}`)
}

/** Writes a patch over what there is; null clears a field. */
export const applyPatch = (current: Fields, patch: Fields): Fields =>
  Object.fromEntries(Object.entries({ ...current, ...patch }).filter(([, value]) => value !== null))

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  return typeof value
}
