import type { JsonObject } from '../contracts/json.ts'
import type { Untranslated } from '../contracts/project.ts'
import { parseContent } from './content.ts'
import { cookiecutterFile, cookiecutterNames, cookiecutterProperties, optionProblems, requiredOf, syntaxOf } from './cookiecutter-questions.ts'
import { jinjaSyntax } from './jinja/pieces.ts'
import type { Syntax } from './jinja/pieces.ts'
import { isObject, present } from './json.ts'
import { step } from './pointer.ts'
import { matchesShell, translatedFile, withBesides } from './project-source.ts'
import type { Foreign, ReadDirectory } from './project-source.ts'
import { lineOfKey } from './source-files.ts'
import type { SourceDirectory, SourceFile } from './source-files.ts'

/** Settings that say how to read a template, and those that say what to do besides. */
const heeded = new Set(['_copy_without_render', '_jinja2_env_vars', '__prompts__'])
const unheeded: Readonly<Record<string, string>> = { _extensions: 'extensions of Jinja are not loaded', _new_lines: 'line ends stay as they are', _template: 'is set by Cookiecutter itself' }

/** A Cookiecutter template: https://cookiecutter.readthedocs.io/en/stable/advanced/ */
export function fromCookiecutter({ files }: SourceDirectory): ReadDirectory {
  const text = files.find(({ path }) => path === cookiecutterFile)?.content ?? ''
  const context = contextIn(text)
  if (typeof context === 'string') return refused(step(cookiecutterFile), context)
  if (isObject(context['templates']) || Array.isArray(context['template'])) return refused(`${step(cookiecutterFile)}/templates`, 'names several templates: import one of their directories')
  const { syntax, harmless, unheeded: options } = syntaxOf(context['_jinja2_env_vars'])
  const folder = folderOf(files, syntax)
  if (folder === undefined) return refused('', 'has no directory with {{cookiecutter.…}} in its name')

  const remarks: Untranslated[] = []
  const remark = (key: string, what: string): void => { remarks.push({ file: cookiecutterFile, line: lineOfKey(text, key), what, stops: false }) }
  for (const key of harmless) remark(key, `the setting ${key} of Jinja is not heeded`)
  for (const [key, what] of Object.entries(unheeded)) if (Object.hasOwn(context, key)) remark(key, `${key}: ${what}`)
  for (const { path } of files) if (/^hooks\/[^/]+$/.test(path)) remarks.push({ file: path, line: 1, what: 'hooks are not run', stops: false })

  const questions = Object.fromEntries(Object.entries(context).filter(([key]) => !heeded.has(key) && !Object.hasOwn(unheeded, key)))
  const properties = cookiecutterProperties(questions, context['__prompts__'], { syntax, remark })
  const foreign: Foreign = { syntax, names: cookiecutterNames(properties), remarks }
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
    problems: optionProblems(`${step(cookiecutterFile)}/_jinja2_env_vars`, options),
    content: present({ variables: { type: 'object', properties, ...requiredOf(properties) }, delimiters: { output: syntax.variable, tag: syntax.block }, files: withBesides(project, others), untranslated: remarks.length > 0 ? remarks : undefined }),
  }
}

/** The directory whose name is rendered: it becomes the project's. */
function folderOf(files: readonly SourceFile[], { variable }: Syntax): string | undefined {
  const tops = files.filter(({ path }) => path.includes('/')).map(({ path }) => path.slice(0, path.indexOf('/')))
  const named = ([open, close]: readonly [string, string]) => tops.find((top) => top.includes('cookiecutter') && top.includes(open) && top.includes(close))
  return named(variable) ?? named(jinjaSyntax.variable)
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

