import { N8nRefusal } from './refusal.ts'

export type N8nVersion = '2.8' | '2.41'

/** As much of JSON Schema as the public API's request bodies need. An object without `properties` is open. */
export interface Shape {
  type?: 'string' | 'boolean' | 'number' | 'object' | 'array'
  nullable?: boolean
  oneOf?: readonly string[]
  readOnly?: boolean
  required?: readonly string[]
  properties?: Readonly<Record<string, Shape>>
  items?: Shape
}

/**
 * Refuses a body that does not fit. 2.8 (express-openapi-validator) reports every problem, joined by ", "; 2.41 the first.
 * Source: n8n's public API, `request/body …` messages.
 */
export function checkBody(version: N8nVersion, shape: Shape, body: unknown): asserts body is Record<string, unknown> {
  const problems = problemsOf(shape, body, 'request/body')
  if (problems.length > 0) throw new N8nRefusal(400, version === '2.8' ? problems.join(', ') : problems.slice(0, 1).join())
}

function problemsOf(shape: Shape, value: unknown, path: string): string[] {
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

function propertyProblems(shape: Shape, properties: Readonly<Record<string, Shape>>, value: Record<string, unknown>, path: string): string[] {
  const keys = Object.keys(value)
  return [
    ...(shape.required ?? []).filter((key) => !Object.hasOwn(value, key)).map((key) => `${path} must have required property '${key}'`),
    ...keys.filter((key) => !Object.hasOwn(properties, key)).map(() => `${path} must NOT have additional properties`),
    ...Object.entries(properties).flatMap(([key, inner]) => (Object.hasOwn(value, key) ? problemsOf(inner, value[key], `${path}/${key}`) : [])),
  ]
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const typeOf = (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value)
