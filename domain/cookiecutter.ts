import type { Json, JsonObject } from '../contracts/json.ts'
import type { Untranslated } from '../contracts/project.ts'
import { isObject, parseContent } from './content.ts'
import { Unknown } from './jinja/compile.ts'
import type { Names } from './jinja/compile.ts'
import { Untranslatable } from './jinja/expression.ts'
import { atom, literal } from './jinja/liquid.ts'
import type { Type } from './jinja/liquid.ts'
import { jinjaSyntax } from './jinja/pieces.ts'
import type { Syntax } from './jinja/pieces.ts'
import { translate } from './jinja/translate.ts'
import { present } from './project-files.ts'
import { matchesShell, translatedFile, withBesides } from './project-source.ts'
import type { Foreign, ReadDirectory } from './project-source.ts'
import { lineOfKey } from './source-files.ts'
import type { SourceDirectory } from './source-files.ts'
import { step } from './pointer.ts'

export const cookiecutterFile = 'cookiecutter.json'

/** Where a variable of a template is read from, whatever its name. */
export const variableNamed = (name: string, type: Type) => atom(/^[A-Za-z_]\w*$/.test(name) ? `variables.${name}` : `variables[${literal(name).text}]`, type)

export const typeOf = (property: Json | undefined): Type => {
  const type = isObject(property) ? property['type'] : undefined
  if (type === 'string' || type === 'boolean' || type === 'integer') return type
  return type === 'number' ? 'float' : type === 'array' ? 'list' : 'any'
}

/** What Jinja knows as `cookiecutter`. */
const namesOf = (properties: JsonObject): Names => ({
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

/** Settings that say how to read a template, and those that say what to do besides. */
const read = new Set(['_copy_without_render', '_jinja2_env_vars', '__prompts__'])
const unheeded: Readonly<Record<string, string>> = { _extensions: 'extensions of Jinja are not loaded', _new_lines: 'line ends stay as they are', _template: 'is set by Cookiecutter itself' }

export function syntaxOf(options: Json | undefined): { syntax: Syntax; unknown: string[] } {
  const given = isObject(options) ? options : {}
  const text = (key: string, fallback: string): string => (typeof given[key] === 'string' ? given[key] : fallback)
  const pair = (name: string, [open, close]: readonly [string, string]) => [text(`${name}_start_string`, open), text(`${name}_end_string`, close)] as const
  const known = ['variable', 'block', 'comment'].flatMap((name) => [`${name}_start_string`, `${name}_end_string`]).concat('trim_blocks', 'lstrip_blocks', 'keep_trailing_newline', 'autoescape')
  return {
    syntax: {
      variable: pair('variable', jinjaSyntax.variable), block: pair('block', jinjaSyntax.block), comment: pair('comment', jinjaSyntax.comment),
      trimBlocks: given['trim_blocks'] === true, lstripBlocks: given['lstrip_blocks'] === true, keepTrailingNewline: given['keep_trailing_newline'] !== false,
    },
    unknown: Object.keys(given).filter((key) => !known.includes(key) || (key === 'autoescape' && given[key] !== false)),
  }
}

/** A Cookiecutter template: https://cookiecutter.readthedocs.io/en/stable/advanced/ */
export function fromCookiecutter({ files }: SourceDirectory): ReadDirectory {
  const text = files.find(({ path }) => path === cookiecutterFile)?.content ?? ''
  const context = contextIn(text)
  if (typeof context === 'string') return refused(step(cookiecutterFile), context)
  if (isObject(context['templates']) || Array.isArray(context['template'])) return refused(`${step(cookiecutterFile)}/templates`, 'names several templates: import one of their directories')
  const folder = files.map(({ path }) => /^([^/]*\{\{[^/]*cookiecutter[^/]*\}\}[^/]*)\//.exec(path)?.[1]).find((one) => one !== undefined)
  if (folder === undefined) return refused('', 'has no directory with {{cookiecutter.…}} in its name')

  const remarks: Untranslated[] = []
  const remark = (key: string, what: string): void => { remarks.push({ file: cookiecutterFile, line: lineOfKey(text, key), what, stops: false }) }
  const { syntax, unknown } = syntaxOf(context['_jinja2_env_vars'])
  for (const key of unknown) remark(key, `the setting ${key} of Jinja is not heeded`)
  for (const [key, what] of Object.entries(unheeded)) if (Object.hasOwn(context, key)) remark(key, `${key}: ${what}`)
  for (const { path } of files) if (/^hooks\/[^/]+$/.test(path)) remarks.push({ file: path, line: 1, what: 'hooks are not run', stops: false })

  const properties = propertiesOf(context, syntax, remark)
  const foreign: Foreign = { syntax, names: namesOf(properties), remarks }
  const patterns = Array.isArray(context['_copy_without_render']) ? context['_copy_without_render'].map(String) : []
  const project = files.filter(({ path }) => path.startsWith(`${folder}/`)).map((source) => {
    const path = source.path.slice(folder.length + 1)
    // A pattern that fits a folder copies all in it, names and contents.
    const above = path.split('/').map((_, at, names) => names.slice(0, at + 1).join('/'))
    const fitting = above.findIndex((one) => patterns.some((pattern) => matchesShell(pattern, one)))
    return translatedFile({ source, path, copied: fitting >= 0, ...(fitting >= 0 ? { rendered: fitting + 1 } : {}) }, foreign)
  })
  const others = files.filter(({ path }) => !path.startsWith(`${folder}/`))
  return {
    problems: [],
    content: present({ variables: { type: 'object', properties, ...requiredOf(properties) }, delimiters: { output: syntax.variable, tag: syntax.block }, files: withBesides(project, others), untranslated: remarks.length > 0 ? remarks : undefined }),
  }
}

const refused = (pointer: string, message: string): ReadDirectory => ({ content: {}, problems: [{ pointer, message }] })

function contextIn(text: string): JsonObject | string {
  try {
    const value = parseContent(text)
    return isObject(value) ? value : 'must be an object'
  } catch (error) {
    return `is no JSON: ${error instanceof Error ? error.message.split('\n')[0] ?? '' : ''}`
  }
}

/** What has no default must be given. */
export function requiredOf(properties: JsonObject): JsonObject {
  const required = Object.entries(properties).filter(([, property]) => !['default', 'x-default', 'x-when', 'readOnly'].some((key) => isObject(property) && key in property)).map(([name]) => name)
  return required.length > 0 ? { required } : {}
}

type Remark = (key: string, what: string) => void

/** The questions as JSON Schema. A default that is computed is an expression over the others. */
function propertiesOf(context: JsonObject, syntax: Syntax, remark: Remark): JsonObject {
  const asked = Object.entries(context).filter(([key]) => !read.has(key) && !Object.hasOwn(unheeded, key))
  const properties: JsonObject = Object.fromEntries(asked.map(([key, value]) => [key, propertyOf(key, value)]))
  const names = namesOf(properties)
  const prompts = isObject(context['__prompts__']) ? context['__prompts__'] : {}
  return Object.fromEntries(asked.map(([key, value]) => {
    if (isObject(value)) remark(key, `the parts of ${key} come in the order of their names`)
    const property = { ...(properties[key] as JsonObject), ...titled(prompts[key]) }
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
  typeof value === 'string' ? value.includes(mark) : typeof value === 'object' && value !== null && Object.values(value).some((inner) => holds(inner as Json, mark))

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
