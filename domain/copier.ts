import ignore from 'ignore'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { Untranslated } from '../contracts/project.ts'
import { optionProblems, requiredOf, syntaxOf } from './cookiecutter-questions.ts'
import { copierNames, copierProperties } from './copier-questions.ts'
import { isObject, present } from './json.ts'
import { isMatched } from './manifest.ts'
import { parseOldYaml } from './old-yaml.ts'
import { step } from './pointer.ts'
import { translatedFile, withBesides } from './project-source.ts'
import type { Foreign, ReadDirectory } from './project-source.ts'
import { lineOfKey } from './source-files.ts'
import type { SourceDirectory, SourceFile } from './source-files.ts'

export const copierFiles: readonly string[] = ['copier.yml', 'copier.yaml']

/** What Copier leaves out unless it is told otherwise. */
const leftOut = ['copier.yaml', 'copier.yml', '~*', '*.py[co]', '__pycache__', '.git', '.DS_Store', '.svn']
/** Settings that say how to read a template; any other says what to do besides. */
const heeded = new Set(['_subdirectory', '_templates_suffix', '_exclude', '_envops', '_secret_questions'])

const unheeded: Readonly<Record<string, string | undefined>> = {
  _tasks: 'commands are not run', _migrations: 'commands are not run', _skip_if_exists: 'a project is always made anew', _jinja_extensions: 'extensions of Jinja are not loaded', _external_data: 'other files are not read',
}

interface Template {
  file: string
  text: string
  settings: JsonObject
  questions: JsonObject
}

function read({ files }: SourceDirectory): Template | string {
  const source = files.find(({ path }) => copierFiles.includes(path))
  const [file, text] = [source?.path ?? '', source?.content ?? '']
  if (/^(-\s+|[\w-]+:\s*)?!include\b/m.test(text)) return 'includes other files: put their questions into this one'
  let content: Json
  try {
    content = parseOldYaml(text) ?? {}
  } catch (error) {
    return `is no YAML: ${error instanceof Error ? error.message.split('\n')[0] ?? '' : ''}`
  }
  if (!isObject(content)) return 'must be an object'
  const split = (ofSettings: boolean) => Object.fromEntries(Object.entries(content).filter(([key]) => key.startsWith('_') === ofSettings))
  return { file, text, settings: split(true), questions: split(false) }
}

/** A Copier template: https://copier.readthedocs.io/en/stable/configuring/ */
export function fromCopier(directory: SourceDirectory): ReadDirectory {
  const at = step(directory.files.find(({ path }) => copierFiles.includes(path))?.path ?? '')
  const refused = (message: string, pointer = at): ReadDirectory => ({ content: {}, problems: [{ pointer, message }] })
  const template = read(directory)
  if (typeof template === 'string') return refused(template)
  const { file, text, settings, questions } = template
  const folder = settings['_subdirectory'] ?? ''
  if (typeof folder !== 'string' || /[{[]/.test(folder)) return refused('that is computed cannot be known here: import the directory that is meant', `${at}/_subdirectory`)

  const remarks: Untranslated[] = []
  const remark = (key: string, what: string): void => { remarks.push({ file, line: lineOfKey(text, key), what, stops: false }) }
  const { syntax, harmless, unheeded: options } = syntaxOf(settings['_envops'])
  for (const key of harmless) remark(key, `the setting ${key} of Jinja is not heeded`)
  for (const key of Object.keys(settings)) if (!heeded.has(key)) remark(key, `${key}: ${unheeded[key] ?? (key.startsWith('_message') ? 'messages are not shown' : 'is not heeded')}`)
  const secrets = Array.isArray(settings['_secret_questions']) ? settings['_secret_questions'].map(String) : []
  const properties = copierProperties(questions, { syntax, secrets, remark })
  const foreign: Foreign = { syntax, names: copierNames(properties), remarks }

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
    if (isMatched(excluded, path) || copierFiles.includes(source.path)) others.push(source)
    else if (/_copier_conf\.answers_file|(^|\/)\.copier-answers\.yml(\.jinja)?$/.test(path)) {
      remarks.push({ file: source.path, line: 1, what: 'the file of answers that updates by Copier need is not written', stops: false })
      others.push(source)
    } else if (suffix !== '' && paths.has(path + suffix)) {
      remarks.push({ file: source.path, line: 1, what: `${path}${suffix} takes its place`, stops: false })
      others.push(source)
    } else project.push(translatedFile({ source, path: isTemplate && suffix !== '' ? path.slice(0, -suffix.length) : path, copied: !isTemplate }, foreign))
  }
  return {
    problems: optionProblems(`${at}/_envops`, options),
    content: present({ variables: { type: 'object', properties, ...requiredOf(properties) }, delimiters: { output: syntax.variable, tag: syntax.block }, files: withBesides(project, others), untranslated: remarks.length > 0 ? remarks : undefined }),
  }
}
