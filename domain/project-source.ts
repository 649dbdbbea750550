import { RE2JS } from 're2js'
import type { ProblemError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { ProjectFile, Untranslated } from '../contracts/project.ts'
import type { Names } from './jinja/compile.ts'
import { translate } from './jinja/translate.ts'
import type { Syntax } from './jinja/pieces.ts'
import { settingsFile, manifestFile } from './manifest.ts'
import { collisions } from './paths.ts'
import { sorted } from './project-files.ts'
import type { SourceFile } from './source-files.ts'

/** A directory as an artifact's content, with what is wrong with it. */
export interface ReadDirectory {
  content: JsonObject
  problems: ProblemError[]
}

/** Another program's template while it is translated: what its files may read, and what had no counterpart. */
export interface Foreign {
  syntax: Syntax
  names: Names
  remarks: Untranslated[]
}

const textOf = (source: string, file: string, { syntax, names, remarks }: Foreign): string => {
  const { text, remarks: found } = translate(source, syntax, names)
  remarks.push(...found.map((one) => ({ file, ...one })))
  return text
}

/** A file as it comes from another program: where it goes, and whether its content is copied. */
export interface Placed {
  source: SourceFile
  /** Its path in a project, as the other program spells it. */
  path: string
  copied: boolean
  /** How many names of its path, from the first, are rendered; default all. */
  rendered?: number
}

/** The file with name and content in our language. */
export function translatedFile({ source, path, copied, rendered = Infinity }: Placed, foreign: Foreign): ProjectFile {
  const name = pathOf(path.split('/'), rendered, source.path, foreign)
  const text = source.encoding === 'base64' || copied ? source.content : textOf(source.content, source.path, foreign)
  return {
    path: name === manifestFile || name === settingsFile ? `${foreign.syntax.variable[0]} "${name}" ${foreign.syntax.variable[1]}` : name, content: text,
    ...(source.encoding === 'base64' ? { encoding: 'base64' as const } : copied && holdsDelimiter(source.content, foreign.syntax) ? { literal: true } : {}),
    ...(source.executable === true ? { executable: true } : {}),
  }
}

/** The files of a project with those that describe its template, which are kept as they are. Where both have a file of one name, the template's lie in a folder of their own. */
export function withBesides(project: readonly ProjectFile[], others: readonly SourceFile[]): ProjectFile[] {
  const kept = (folder: string): ProjectFile[] => others.map(({ path, ...file }) => ({ path: folder + path, ...file, templateOnly: true }))
  const all = [...project, ...kept('')]
  const clash = collisions(all.map(({ path }) => path)).length > collisions(project.map(({ path }) => path)).length
  return sorted(clash ? [...project, ...kept('.template/')] : all)
}

const holdsDelimiter = (text: string, { variable, block }: Syntax): boolean => text.includes(variable[0]) || text.includes(block[0])

/** Name by name: a slash stands between two of them, never inside. */
function pathOf(names: readonly string[], rendered: number, file: string, foreign: Foreign): string {
  const { block } = foreign.syntax
  return names.map((name, at) => {
    if (!holdsDelimiter(name, foreign.syntax)) return name
    return at < rendered ? textOf(name, file, foreign) : `${block[0]} raw ${block[1]}${name}${block[0]} endraw ${block[1]}`
  }).join('/')
}

/** A shell's pattern of names, in which a star goes over slashes too: Python's fnmatch. */
export function matchesShell(pattern: string, path: string): boolean {
  const source = pattern.replace(/\[!?[^\]]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '[\\s\\S]*'
    if (part === '?') return '[\\s\\S]'
    if (part.length > 1) return `[${part[1] === '!' ? '^' : ''}${part.slice(part[1] === '!' ? 2 : 1, -1).replace(/[\\^[]/g, '\\$&')}]`
    return part.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  })
  return RE2JS.compile(source).matches(path)
}
