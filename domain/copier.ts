import ignore from 'ignore'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { Untranslated } from '../contracts/project.ts'
import { isObject, parseContent } from './content.ts'
import { requiredOf, syntaxOf, typeOf, variableNamed } from './cookiecutter.ts'
import { Unknown } from './jinja/compile.ts'
import type { Names } from './jinja/compile.ts'
import { Untranslatable } from './jinja/expression.ts'
import { atom, literal } from './jinja/liquid.ts'
import type { Syntax } from './jinja/pieces.ts'
import { translate, translateValue } from './jinja/translate.ts'
import { isMatched } from './manifest.ts'
import { present } from './project-files.ts'
import { translatedFile, withBesides } from './project-source.ts'
import type { Foreign, ReadDirectory } from './project-source.ts'
import { lineOfKey } from './source-files.ts'
import type { SourceDirectory, SourceFile } from './source-files.ts'
import { step } from './pointer.ts'

export const copierFiles = ['copier.yml', 'copier.yaml'] as const

/** What Copier leaves out unless it is told otherwise. */
const leftOut = ['copier.yaml', 'copier.yml', '~*', '*.py[co]', '__pycache__', '.git', '.DS_Store', '.svn']
/** Settings that say how to read a template; any other says what to do besides. */
const heeded = new Set(['_subdirectory', '_templates_suffix', '_exclude', '_envops', '_secret_questions'])

const unheeded: Readonly<Record<string, string | undefined>> = {
  _tasks: 'commands are not run', _migrations: 'commands are not run', _skip_if_exists: 'a project is always made anew', _jinja_extensions: 'extensions of Jinja are not loaded', _external_data: 'other files are not read',
}

/** What Jinja knows in a Copier template: the answers by their names, and some of Copier's own. */
const namesOf = (properties: JsonObject): Names => ({
  added: new Set(),
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

interface Template {
  file: string
  text: string
  settings: JsonObject
  questions: JsonObject
}

function read({ files }: SourceDirectory): Template | string {
  const source = files.find(({ path }) => (copierFiles as readonly string[]).includes(path))
  const [file, text] = [source?.path ?? '', source?.content ?? '']
  if (/^(-\s+|[\w-]+:\s*)?!include\b/m.test(text)) return 'includes other files: put their questions into this one'
  let content: Json
  try {
    content = parseContent(text) ?? {}
  } catch (error) {
    return `is no YAML: ${error instanceof Error ? error.message.split('\n')[0] ?? '' : ''}`
  }
  if (!isObject(content)) return 'must be an object'
  const split = (ofSettings: boolean) => Object.fromEntries(Object.entries(content).filter(([key]) => key.startsWith('_') === ofSettings))
  return { file, text, settings: split(true), questions: split(false) }
}

/** A Copier template: https://copier.readthedocs.io/en/stable/configuring/ */
export function fromCopier(directory: SourceDirectory): ReadDirectory {
  const at = step(directory.files.find(({ path }) => (copierFiles as readonly string[]).includes(path))?.path ?? '')
  const refused = (message: string, pointer = at): ReadDirectory => ({ content: {}, problems: [{ pointer, message }] })
  const template = read(directory)
  if (typeof template === 'string') return refused(template)
  const { file, text, settings, questions } = template
  const folder = settings['_subdirectory'] ?? ''
  if (typeof folder !== 'string' || /[{[]/.test(folder)) return refused('that is computed cannot be known here: import the directory that is meant', `${at}/_subdirectory`)

  const remarks: Untranslated[] = []
  const remark = (key: string, what: string): void => { remarks.push({ file, line: lineOfKey(text, key), what, stops: false }) }
  const { syntax, unknown } = syntaxOf(settings['_envops'])
  for (const key of unknown) remark(key, `the setting ${key} of Jinja is not heeded`)
  for (const key of Object.keys(settings)) if (!heeded.has(key)) remark(key, `${key}: ${unheeded[key] ?? (key.startsWith('_message') ? 'messages are not shown' : 'is not heeded')}`)
  const secrets = Array.isArray(settings['_secret_questions']) ? settings['_secret_questions'].map(String) : []
  const properties = propertiesOf(questions, { syntax, secrets, remark })
  const foreign: Foreign = { syntax, names: namesOf(properties), remarks }

  const root = folder.replace(/^\.?\/*/, '').replace(/\/+$/, '')
  const inside = directory.files.filter(({ path }) => root === '' || path.startsWith(`${root}/`)).map((source) => ({ source, path: root === '' ? source.path : source.path.slice(root.length + 1) }))
  const suffix = typeof settings['_templates_suffix'] === 'string' ? settings['_templates_suffix'] : '.jinja'
  const patterns = Array.isArray(settings['_exclude']) ? settings['_exclude'].map(String) : root === '' ? leftOut : []
  for (const pattern of patterns) if (pattern.includes(syntax.variable[0]) || pattern.includes(syntax.block[0])) remark('_exclude', `the computed pattern ${pattern} excludes nothing`)
  const excluded = ignore({ ignorecase: false }).add(patterns.filter((pattern) => !pattern.includes(syntax.variable[0]) && !pattern.includes(syntax.block[0])))
  const paths = new Set(inside.map(({ path }) => path))

  const [project, others]: [ReturnType<typeof translatedFile>[], SourceFile[]] = [[], directory.files.filter((one) => !inside.some(({ source }) => source === one))]
  for (const { source, path } of inside) {
    const isTemplate = suffix === '' || path.endsWith(suffix)
    if (isMatched(excluded, path) || (copierFiles as readonly string[]).includes(source.path)) others.push(source)
    else if (/_copier_conf\.answers_file|(^|\/)\.copier-answers\.yml(\.jinja)?$/.test(path)) {
      remarks.push({ file: source.path, line: 1, what: 'the file of answers that updates by Copier need is not written', stops: false })
      others.push(source)
    } else if (suffix !== '' && paths.has(path + suffix)) {
      remarks.push({ file: source.path, line: 1, what: `${path}${suffix} takes its place`, stops: false })
      others.push(source)
    } else project.push(translatedFile({ source, path: isTemplate && suffix !== '' ? path.slice(0, -suffix.length) : path, copied: !isTemplate }, foreign))
  }
  return {
    problems: [],
    content: present({ variables: { type: 'object', properties, ...requiredOf(properties) }, delimiters: { output: syntax.variable, tag: syntax.block }, files: withBesides(project, others), untranslated: remarks.length > 0 ? remarks : undefined }),
  }
}

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
function propertiesOf(questions: JsonObject, reading: Reading): JsonObject {
  const asked = Object.entries(questions).map(([key, value]) => [key, questionOf(value)] as const)
  const plain: JsonObject = Object.fromEntries(asked.map(([key, question]) => [key, shapeOf(key, question, reading)]))
  const names = namesOf(plain)
  return Object.fromEntries(asked.map(([key, question]) => [key, { ...(plain[key] as JsonObject), ...rulesOf(key, question, plain[key] as JsonObject, names, reading) }]))
}

const values = (choices: Json | undefined): Json[] | undefined => {
  const all = isObject(choices) ? Object.values(choices) : Array.isArray(choices) ? choices.map((one) => (Array.isArray(one) && one.length === 2 ? (one[1] as Json) : one)) : undefined
  return all?.map((one) => (isObject(one) && 'value' in one ? (one['value'] as Json) : one))
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
  if (typeof value === 'string' && (named === 'yaml' || named === 'json')) return parseContent(value)
  if (typeof value === 'number' && type === 'string') return String(value)
  if (typeof value === 'boolean' && type === 'string') return value ? 'True' : 'False'
  if (typeof value === 'string' && (type === 'integer' || type === 'number') && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value)
  return value
}
