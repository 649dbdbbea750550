import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { RE2JS } from 're2js'
import type { ProblemError } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { canonical } from './canonical.ts'
import { isObject } from './json.ts'
import { step, valueAt } from './pointer.ts'

/** Patterns of templates run in linear time, whatever they are. */
const linear = Object.assign(
  (pattern: string, flags: string) => {
    const compiled = RE2JS.compile(pattern, flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0)
    // Ajv tells patterns apart by their text.
    return { test: (text: string) => compiled.matcher(text).find(), toString: () => `/${pattern}/${flags}` }
  },
  { code: 'linear' },
)

const createAjv = () => {
  const ajv = new Ajv2020({ allErrors: true, strict: false, useDefaults: true, messages: true, addUsedSchema: false, logger: false, code: { regExp: linear } })
  return addFormats.default(ajv)
}

const compiled = new Map<string, ValidateFunction>()

/** A schema without `additionalProperties` admits only what it declares: an extra variable is a mistake. `$async` would make Ajv answer a promise. */
const synchronous = ({ $async: _, ...schema }: JsonObject): JsonObject => schema
const closed = (schema: JsonObject): JsonObject => ({ additionalProperties: false, ...synchronous(schema), type: 'object' })

function compile(schema: JsonObject): ValidateFunction {
  const key = canonical(schema)
  const known = compiled.get(key)
  if (known) return known
  if (compiled.size >= 500) compiled.clear()
  const validate = createAjv().compile(closed(schema))
  compiled.set(key, validate)
  return validate
}

/** What is wrong with a variables schema, or undefined. */
export function schemaProblem(schema: JsonObject): string | undefined {
  if (schema['type'] !== undefined && schema['type'] !== 'object') return 'the variables schema must have type: object'
  try {
    if (hidesSecret(schema)) return 'writeOnly is read under properties only: declare secret variables there'
    compile(schema)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const problem = (error: ErrorObject): ProblemError => {
  const params: { missingProperty?: string; additionalProperty?: string; unevaluatedProperty?: string } = error.params
  const extra = params.additionalProperty ?? params.unevaluatedProperty
  if (params.missingProperty !== undefined) return { pointer: error.instancePath + step(params.missingProperty), message: 'is required' }
  if (extra !== undefined) return { pointer: error.instancePath + step(extra), message: 'is not a variable of this template' }
  return { pointer: error.instancePath, message: error.message ?? 'is not valid' }
}

/** The variables with the schema's defaults filled in, and every problem by pointer (`/companyName`). */
export function checkVariables(schema: JsonObject, variables: JsonObject): { values: JsonObject; problems: ProblemError[] } {
  const values = structuredClone(variables)
  const validate = compile(schema)
  return validate(values) ? { values, problems: [] } : { values, problems: (validate.errors ?? []).map(problem) }
}

/** A schema as it is, of anything. Throws when it is none. */
export const compileOpen = (schema: JsonObject): ValidateFunction => createAjv().compile(synchronous(schema))

/** Every problem of a value with a schema, by pointer. Throws when the schema is none. */
export function checkAgainst(schema: JsonObject, value: Json): ProblemError[] {
  const validate = compileOpen(schema)
  return validate(value) ? [] : (validate.errors ?? []).map((error) => ({ pointer: problem(error).pointer, message: error.message ?? 'is not valid' }))
}

/** A `writeOnly` anywhere in a part of the schema, also where its `$ref`s lead. A reference that cannot be followed counts as one. */
function holdsSecret(root: JsonObject, part: Json | undefined, followed: ReadonlySet<string> = new Set()): boolean {
  if (typeof part !== 'object' || part === null) return false
  if (Array.isArray(part)) return part.some((item) => holdsSecret(root, item, followed))
  if (part['writeOnly'] === true) return true
  return Object.entries(part).some(([key, value]) => {
    if (key === '$dynamicRef') return true
    if (key !== '$ref' || typeof value !== 'string') return holdsSecret(root, value, followed)
    if (followed.has(value)) return false
    if (!/^#(\/|$)/.test(value)) return true
    return holdsSecret(root, valueAt(root, decodeURIComponent(value.slice(1))), new Set([...followed, value]))
  })
}

/** A `writeOnly` where no variable's name can be read off: it would be taken for no secret. */
function hidesSecret(schema: JsonObject): boolean {
  const elsewhere = Object.entries(schema).filter(([key]) => !['properties', '$defs', 'definitions'].includes(key))
  return holdsSecret({ ...schema, properties: {} }, Object.fromEntries(elsewhere))
}

/** What a schema says of each variable that it names. */
export const propertiesOf = (schema: JsonObject): JsonObject => (isObject(schema['properties']) ? schema['properties'] : {})

/** The names that must be there. */
export const requiredIn = (schema: JsonObject): string[] => (Array.isArray(schema['required']) ? schema['required'].filter((name) => typeof name === 'string') : [])

/** Declared variables by name; undefined when the schema admits others too. */
export const declaredVariables = (schema: JsonObject): string[] | undefined => {
  const open = schema['additionalProperties'] ?? schema['patternProperties'] ?? schema['$ref'] ?? schema['allOf'] ?? schema['anyOf'] ?? schema['oneOf']
  return open ? undefined : Object.keys(propertiesOf(schema))
}

/** Top-level variables with a `writeOnly` anywhere in their schema: secret as a whole. */
export const secretVariables = (schema: JsonObject): Set<string> =>
  new Set(Object.entries(propertiesOf(schema)).filter(([, sub]) => holdsSecret(schema, sub)).map(([name]) => name))
