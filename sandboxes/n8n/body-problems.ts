import { isRecord } from '../record.ts'
import type { Properties, Shape } from './body.ts'

/** What n8n has to say about a value that does not fit; `path` is where it stands. */
export function problemsOf(shape: Shape, value: unknown, path: string): string[] {
  if (shape.readOnly) return [`${path} is read-only`]
  if (value === null && shape.nullable) return []
  if (shape.type !== undefined && typeOf(value) !== shape.type) return [`${path} must be ${shape.type}`]
  if (shape.oneOf !== undefined && !shape.oneOf.includes(String(value))) {
    return [`${path} must be equal to one of the allowed values: ${shape.oneOf.join(', ')}`]
  }
  const { items } = shape
  if (Array.isArray(value)) return items === undefined ? [] : value.flatMap((item, at) => problemsOf(items, item, `${path}/${at}`))
  return isRecord(value) && shape.properties !== undefined ? propertyProblems(shape, shape.properties, value, path) : []
}

function propertyProblems(shape: Shape, properties: Properties, value: Record<string, unknown>, path: string): string[] {
  const keys = Object.keys(value)
  return [
    ...(shape.required ?? []).filter((key) => !Object.hasOwn(value, key)).map((key) => `${path} must have required property '${key}'`),
    ...keys.filter((key) => !Object.hasOwn(properties, key)).map(() => `${path} must NOT have additional properties`),
    ...Object.entries(properties).flatMap(([key, inner]) => (Object.hasOwn(value, key) ? problemsOf(inner, value[key], `${path}/${key}`) : [])),
  ]
}

const typeOf = (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value)
