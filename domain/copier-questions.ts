import type { Json, JsonObject } from '../contracts/json.ts'
import { typeOf, variableNamed } from './cookiecutter-questions.ts'
import { Unknown } from './jinja/compile.ts'
import type { Names } from './jinja/compile.ts'
import { atom, literal } from './jinja/liquid.ts'
import type { Syntax } from './jinja/pieces.ts'
import { translate, translateValue } from './jinja/translate.ts'
import { Untranslatable } from './jinja/untranslatable.ts'
import { isObject, present } from './json.ts'
import { parseOldYaml } from './old-yaml.ts'

/** What Jinja knows in a Copier template: the answers by their names, and some of Copier's own. */
export const copierNames = (properties: JsonObject): Names => ({
  added: new Set(['regex_search']),
  read: (name) => {
    if (name === '_folder_name') return atom('variables.projectName', 'string')
    if (name.startsWith('_copier')) throw new Untranslatable(name)
    if (!Object.hasOwn(properties, name)) throw new Unknown(`${name} is not known`)
    return variableNamed(name, typeOf(properties[name]))
  },
  readPart: (name, key) => {
    if (name !== '_copier_conf') return undefined
    if (key === 'sep') return literal('/')
    throw new Untranslatable(`_copier_conf.${key}`)
  },
})

interface Reading {
  syntax: Syntax
  secrets: readonly string[]
  remark(key: string, what: string): void
}

const types: Readonly<Record<string, string | undefined>> = { str: 'string', int: 'integer', float: 'number', bool: 'boolean', path: 'string' }
const ofDefault = (value: Json | undefined): string | undefined => (typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : undefined)

/** A question in its long form. */
const questionOf = (value: Json): JsonObject => (isObject(value) ? value : { default: value })

/** The questions as JSON Schema; what they compute, as expressions over the other answers. */
export function copierProperties(questions: JsonObject, reading: Reading): JsonObject {
  const asked = Object.entries(questions).map(([key, value]) => {
    const question = questionOf(value)
    return { key, question, shape: shapeOf(key, question, reading) }
  })
  const names = copierNames(Object.fromEntries(asked.map(({ key, shape }) => [key, shape])))
  return Object.fromEntries(asked.map(({ key, question, shape }) => [key, { ...shape, ...rulesOf(key, question, shape, names, reading) }]))
}

const values = (choices: Json | undefined): Json[] | undefined => {
  const all = isObject(choices) ? Object.values(choices) : Array.isArray(choices) ? choices.map((one) => (Array.isArray(one) && one.length === 2 && one[1] !== undefined ? one[1] : one)) : undefined
  return all?.map((one) => (isObject(one) && one['value'] !== undefined ? one['value'] : one))
}

const isComputed = (value: Json | undefined, { variable, block }: Syntax): value is string => typeof value === 'string' && [variable[0], block[0]].some((mark) => value.includes(mark))

function shapeOf(key: string, question: JsonObject, { syntax, secrets, remark }: Reading): JsonObject {
  const { type, help, placeholder, choices, multiselect, secret } = question
  const isNull = 'default' in question && question['default'] === null
  const named = isNull ? undefined : typeof type === 'string' ? types[type] : ofDefault(question['default'])
  if (typeof type === 'string' && !Object.hasOwn(types, type) && type !== 'yaml' && type !== 'json') remark(key, `the type ${type} of ${key} is not known: any value is taken`)
  const listed = values(choices)
  const known = listed?.some((one) => isComputed(one, syntax)) ? undefined : listed
  if (choices !== undefined && !known) remark(key, `the choices of ${key} are computed: any value is taken`)
  if (isObject(choices) ? Object.values(choices).some((one) => isObject(one) && 'validator' in one) : false) remark(key, `a choice of ${key} has a validator, which is not heeded`)
  for (const more of Object.keys(question)) if (!['type', 'help', 'default', 'choices', 'multiselect', 'secret', 'placeholder', 'multiline', 'validator', 'when', 'qmark', 'use_shortcuts'].includes(more)) remark(key, `${more} of ${key} is not heeded`)
  const one = present({ type: named, enum: known })
  if (isObject(question['default'])) remark(key, `the parts of ${key} come in the order of their names`)
  return present({
    ...(multiselect === true ? { type: 'array', items: one, uniqueItems: true, ...(known ? { 'x-ordered': true } : {}) } : one),
    title: typeof help === 'string' ? help : undefined,
    examples: typeof placeholder === 'string' && placeholder !== '' ? [placeholder] : undefined,
    writeOnly: secret === true || secrets.includes(key) ? true : undefined,
  })
}

function rulesOf(key: string, question: JsonObject, shape: JsonObject, names: Names, { syntax, remark }: Reading): JsonObject {
  const computed = (value: Json | undefined): value is string => isComputed(value, syntax)
  const translated = (what: string, source: string): string | undefined => {
    const { text, remarks } = what === 'validator' ? translate(source, syntax, names) : translateValue(source, syntax, names)
    for (const { what: why } of remarks) remark(key, `the ${what} of ${key}: ${why}`)
    return remarks.length === 0 ? text : undefined
  }
  const { when, validator } = question
  const value = question['default']
  // Never asked: computed from the others.
  const never = when === false || (typeof when === 'string' && !computed(when) && /^\s*(false|no|off|n|f|0)?\s*$/i.test(when))
  return present({
    ...(computed(value) ? { 'x-default': translated('default', value) } : { default: cast(value, shape['type'], question['type']) }),
    readOnly: never ? true : undefined,
    'x-when': computed(when) ? translated('condition', when) : undefined,
    'x-validate': typeof validator === 'string' && validator !== '' ? translated('validator', validator) : undefined,
  })
}

/** Copier reads a default as its type says. */
function cast(value: Json | undefined, type: Json | undefined, named: Json | undefined): Json | undefined {
  if (typeof value === 'string' && (named === 'yaml' || named === 'json')) return parseOldYaml(value)
  if (typeof value === 'number' && type === 'string') return String(value)
  if (typeof value === 'boolean' && type === 'string') return value ? 'True' : 'False'
  if (typeof value === 'string' && (type === 'integer' || type === 'number') && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value)
  return value
}
