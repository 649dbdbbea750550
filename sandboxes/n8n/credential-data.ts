import { credentialTypes } from './credential-types.ts'
import type { Field } from './credential-types.ts'

/** The type's JSON Schema as GET /credentials/schema/{type} answers it. */
export function credentialSchema(type: string): Record<string, unknown> | undefined {
  const fields = Object.hasOwn(credentialTypes, type) ? credentialTypes[type] : undefined
  if (fields === undefined) return undefined
  return {
    additionalProperties: false,
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { type: typeOf(field) }])),
    required: requiredFields(fields),
  }
}

/** n8n's complaints about a credential's data; the type is a known one. */
export function dataProblems(type: string, data: Record<string, unknown>, partial: boolean): string[] {
  const fields = credentialTypes[type] ?? {}
  const missing = partial ? [] : requiredFields(fields).filter((name) => data[name] === undefined)
  const unknown = Object.keys(data).filter((name) => !Object.hasOwn(fields, name))
  const wrong = Object.entries(fields).filter(([name, field]) => data[name] !== undefined && typeof data[name] !== typeOf(field))
  return [
    ...wrong.map(([, field]) => `is not of a type(s) ${typeOf(field)}`),
    ...unknown.map((name) => `is not allowed to have the additional property "${name}"`),
    ...missing.map((name) => `requires property "${name}"`),
  ].map((problem) => `request.body.data ${problem}`)
}

const typeOf = (field: Field) => field.replace('!', '')
const requiredFields = (fields: Record<string, Field>) => Object.keys(fields).filter((name) => fields[name]?.endsWith('!'))
