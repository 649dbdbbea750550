import type { ProblemError } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { Unknown } from './jinja/compile.ts'
import type { Names } from './jinja/compile.ts'
import { atom, literal } from './jinja/liquid.ts'
import type { Code, Type } from './jinja/liquid.ts'
import { jinjaSyntax } from './jinja/pieces.ts'
import type { Syntax } from './jinja/pieces.ts'
import { translate } from './jinja/translate.ts'
import { Untranslatable } from './jinja/untranslatable.ts'
import { isObject } from './json.ts'
import { step } from './pointer.ts'

export const cookiecutterFile = 'cookiecutter.json'

/** Where a variable of a template is read from, whatever its name. */
export const variableNamed = (name: string, type: Type): Code => atom(/^[A-Za-z_]\w*$/.test(name) ? `variables.${name}` : `variables[${literal(name).text}]`, type)

export const typeOf = (property: Json | undefined): Type => {
  const type = isObject(property) ? property['type'] : undefined
  if (type === 'string' || type === 'boolean' || type === 'integer') return type
  return type === 'number' ? 'float' : type === 'array' ? 'list' : 'any'
}

/** What Jinja knows as `cookiecutter`. */
export const cookiecutterNames = (properties: JsonObject): Names => ({
  added: new Set(['jsonify', 'slugify', 'now']),
  read: (name) => {
    if (name === 'cookiecutter') throw new Untranslatable('cookiecutter as a whole')
    throw new Unknown(`${name} is not known`)
  },
  readPart: (name, key) => {
    if (name !== 'cookiecutter') return undefined
    if (!Object.hasOwn(properties, key)) throw new Unknown(`cookiecutter.${key} is not declared in ${cookiecutterFile}`)
    return variableNamed(key, typeOf(properties[key]))
  },
})

/** Options that change how Jinja works, but not what it puts out. */
const harmless = new Set(['undefined', 'optimized', 'cache_size', 'auto_reload', 'bytecode_cache'])

/** Jinja's options, as a template sets them; without those that are `unheeded`, files would say something else. */
export function syntaxOf(options: Json | undefined): { syntax: Syntax; harmless: string[]; unheeded: string[] } {
  const given = isObject(options) ? options : {}
  const text = (key: string, fallback: string): string => (typeof given[key] === 'string' ? given[key] : fallback)
  const pair = (name: string, [open, close]: readonly [string, string]) => [text(`${name}_start_string`, open), text(`${name}_end_string`, close)] as const
  const known = ['variable', 'block', 'comment'].flatMap((name) => [`${name}_start_string`, `${name}_end_string`]).concat('trim_blocks', 'lstrip_blocks', 'keep_trailing_newline', 'autoescape')
  const others = Object.keys(given).filter((key) => !known.includes(key) || (key === 'autoescape' && given[key] !== false))
  return {
    syntax: {
      variable: pair('variable', jinjaSyntax.variable), block: pair('block', jinjaSyntax.block), comment: pair('comment', jinjaSyntax.comment),
      trimBlocks: given['trim_blocks'] === true, lstripBlocks: given['lstrip_blocks'] === true, keepTrailingNewline: given['keep_trailing_newline'] !== false,
    },
    harmless: others.filter((key) => harmless.has(key)),
    unheeded: others.filter((key) => !harmless.has(key)),
  }
}

/** What is wrong with options that would change what files say. */
export const optionProblems = (at: string, unheeded: readonly string[]): ProblemError[] => unheeded.map((key) => ({ pointer: at + step(key), message: 'is an option of Jinja that changes what files say, and that is not known here' }))

/** What has no default must be given. */
export function requiredOf(properties: JsonObject): JsonObject {
  const required = Object.entries(properties).filter(([, property]) => !['default', 'x-default', 'x-when', 'readOnly'].some((key) => isObject(property) && key in property)).map(([name]) => name)
  return required.length > 0 ? { required } : {}
}

type Remark = (key: string, what: string) => void

/** The questions as JSON Schema. A default that is computed is an expression over the others. */
export function cookiecutterProperties(questions: JsonObject, prompts: Json | undefined, { syntax, remark }: { syntax: Syntax; remark: Remark }): JsonObject {
  const asked = Object.entries(questions).map(([key, value]) => ({ key, value, plain: propertyOf(key, value) }))
  const names = cookiecutterNames(Object.fromEntries(asked.map(({ key, plain }) => [key, plain])))
  return Object.fromEntries(asked.map(({ key, value, plain }) => {
    if (isObject(value)) remark(key, `the parts of ${key} come in the order of their names`)
    const property = { ...plain, ...titled(isObject(prompts) ? prompts[key] : undefined) }
    return [key, isRendered(key) ? withDefault(key, value, property, { syntax, names, remark }) : property]
  }))
}

const isRendered = (key: string): boolean => key.startsWith('__') || !key.startsWith('_')

/** Cookiecutter renders what is not private, and makes texts of numbers on the way. */
function texts(value: Json): Json {
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map(texts)
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, texts(inner)])) : value
}

function propertyOf(key: string, raw: Json): JsonObject {
  const value = isRendered(key) ? texts(raw) : raw
  const computed = key.startsWith('_') ? { readOnly: true } : {}
  // A private list is a list; any other is a choice, whose first is the default.
  if (Array.isArray(value) && !key.startsWith('_')) return { type: 'string', enum: value.map(String), default: String(value[0] ?? '') }
  if (Array.isArray(value)) return { ...computed, type: 'array', default: value }
  if (typeof value === 'boolean') return { ...computed, type: 'boolean', default: value }
  if (value === null) return { ...computed, default: null }
  if (isObject(value)) return { ...computed, type: 'object', default: value }
  return { ...computed, type: typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : 'string', default: value }
}

function titled(prompt: Json | undefined): JsonObject {
  const title = isObject(prompt) ? prompt['__prompt__'] : prompt
  return typeof title === 'string' ? { title } : {}
}

const holds = (value: Json, mark: string): boolean =>
  typeof value === 'string' ? value.includes(mark) : typeof value === 'object' && value !== null && Object.values(value).some((inner) => holds(inner, mark))

function withDefault(key: string, value: Json, property: JsonObject, { syntax, names, remark }: { syntax: Syntax; names: Names; remark: Remark }): JsonObject {
  const marks = [syntax.variable[0], syntax.block[0], syntax.comment[0]]
  if (!marks.some((mark) => holds(value, mark))) return property
  const { default: _, ...rest } = property
  if (typeof value !== 'string') {
    remark(key, `${key}: ${Array.isArray(value) ? 'choices' : 'parts'} that are computed are not: give it with the parameters`)
    return property['enum'] === undefined ? rest : { title: key, type: 'string', ...titledOnly(rest) }
  }
  const { text, remarks } = translate(value, syntax, names)
  if (remarks.length === 0) return { ...rest, 'x-default': text }
  for (const { what } of remarks) remark(key, `the default of ${key}: ${what}: give it with the parameters`)
  const { readOnly: __, ...open } = rest
  return open
}

const titledOnly = ({ title }: JsonObject): JsonObject => (title === undefined ? {} : { title })
