import { problemsOf } from './body-problems.ts'
import { N8nRefusal } from './refusal.ts'

export type N8nVersion = '2.8' | '2.41'

/** As much of JSON Schema as the public API's request bodies need. An object without `properties` is open. */
export interface Shape {
  type?: 'string' | 'boolean' | 'number' | 'object' | 'array'
  nullable?: boolean
  oneOf?: readonly string[]
  readOnly?: boolean
  required?: readonly string[]
  properties?: Properties
  items?: Shape
}

export type Properties = Readonly<Record<string, Shape>>

type RequiredOf<S extends Shape> = S extends { required: readonly (infer Key)[] } ? Key : never

/** What a value that fits a shape is. */
export type Fitting<S extends Shape> =
  S extends { readOnly: true } ? never
  : S extends { nullable: true } ? unknown
  : S extends { type: 'string' } ? string
  : S extends { type: 'boolean' } ? boolean
  : S extends { type: 'number' } ? number
  : S extends { items: infer Item extends Shape } ? Fitting<Item>[]
  : S extends { properties: infer P extends Properties } ? FittingAll<P, RequiredOf<S>>
  : S extends { type: 'object' } ? Record<string, unknown>
  : unknown

type FittingAll<P extends Properties, Required> = { [Key in keyof P as Key extends Required ? Key : never]: Fitting<P[Key]> } & {
  [Key in keyof P as Key extends Required ? never : Key]?: Fitting<P[Key]>
}

/**
 * Refuses a body that does not fit. 2.8 (express-openapi-validator) reports every problem, joined by ", "; 2.41 the first.
 * Source: n8n's public API, `request/body …` messages.
 */
export function checkBody<const S extends Shape>(version: N8nVersion, shape: S, body: unknown): asserts body is Fitting<S> {
  const problems = problemsOf(shape, body, 'request/body')
  if (problems.length > 0) throw new N8nRefusal(400, version === '2.8' ? problems.join(', ') : problems.slice(0, 1).join())
}
