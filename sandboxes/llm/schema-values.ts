import { createHash } from 'node:crypto'
import { isRecord } from '../record.ts'

/** A value that a JSON Schema accepts (its simple keywords), the same for the same seed. */
export function valueFor(schema: unknown, seed: string, path = ''): unknown {
  if (!isRecord(schema)) return textFor(seed, path)
  const { enum: allowed, const: only, anyOf } = schema
  if (only !== undefined) return only
  if (Array.isArray(allowed) && allowed.length > 0) return allowed[numberFor(seed, path) % allowed.length]
  if (Array.isArray(anyOf)) return valueFor(anyOf[0], seed, path)
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type']
  if (type === 'object' || isRecord(schema['properties'])) {
    const properties = isRecord(schema['properties']) ? schema['properties'] : {}
    return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, valueFor(property, seed, `${path}/${name}`)]))
  }
  if (type === 'array') {
    const length = typeof schema['minItems'] === 'number' ? Math.max(schema['minItems'], 1) : 1
    return Array.from({ length }, (_, index) => valueFor(schema['items'], seed, `${path}/${index}`))
  }
  if (type === 'integer' || type === 'number') return bounded(schema, numberFor(seed, path))
  if (type === 'boolean') return numberFor(seed, path) % 2 === 0
  if (type === 'null') return null
  return sized(schema, textFor(seed, path))
}

const digest = (seed: string, path: string): string => createHash('sha256').update(`${seed}${path}`).digest('hex')
const numberFor = (seed: string, path: string): number => Number.parseInt(digest(seed, path).slice(0, 8), 16)
const textFor = (seed: string, path: string): string => `Sandbox text ${digest(seed, path).slice(0, 12)}`

function sized({ minLength, maxLength }: Record<string, unknown>, text: string): string {
  const longEnough = typeof minLength === 'number' ? text.padEnd(minLength, '.') : text
  return typeof maxLength === 'number' ? longEnough.slice(0, maxLength) : longEnough
}

function bounded({ minimum, maximum }: Record<string, unknown>, number: number): number {
  const low = typeof minimum === 'number' ? Math.ceil(minimum) : 0
  const high = typeof maximum === 'number' ? Math.floor(maximum) : low + 100
  return low + (number % Math.max(high - low + 1, 1))
}
