import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { ProblemError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import type { ProjectFile } from '../contracts/project.ts'
import { createExpressions } from './expressions.ts'
import type { Expressions, Scope } from './expressions.ts'
import { isStorable } from './hostile.ts'
import { collisions, pathProblem } from './paths.ts'
import { isRendered } from './project-files.ts'
import { projectLanguage } from './project-language.ts'
import { namesOf } from './template-path.ts'

/** A file of a project as it is delivered. */
export type RenderedFile = Pick<ProjectFile, 'path' | 'content' | 'encoding' | 'executable'>

interface Placed { index: number; file: RenderedFile }

/** The project's files with these variables, sorted by path. Pointers of `problems` are those of the artifact: `/files/3/content`. */
export function renderProject({ files = [], delimiters }: Pick<TemplateArtifact, 'files' | 'delimiters'>, variables: Record<string, Json>): { files: RenderedFile[]; problems: ProblemError[] } {
  const expressions = createExpressions(delimiters, projectLanguage)
  const scope: Scope = { variables, kb: {}, resources: {} }
  const problems: ProblemError[] = []
  const placed: Placed[] = []
  files.forEach((source, index) => {
    if (source.templateOnly === true) return
    const refuse = (part: string, message: string) => { problems.push({ pointer: `/files/${String(index)}/${part}`, message: `${source.path}: ${message}` }) }
    const names = attempt(() => namesOf(source.path, delimiters).map(({ text }) => rendered(text, expressions, scope)), (message) => { refuse('path', message) })
    // As Copier has it: a name of which nothing is left means that there is no such file.
    if (names === undefined || names.includes('')) return
    const path = names.join('/')
    const wrong = pathProblem(path)
    if (wrong !== undefined) refuse('path', `${path} ${wrong}`)
    const content = isRendered(source) ? attempt(() => rendered(source.content, expressions, scope), (message) => { refuse('content', message) }) : source.content
    if (content !== undefined) placed.push({ index, file: { path, content, ...(source.encoding === 'base64' ? { encoding: source.encoding } : {}), ...(source.executable === true ? { executable: true } : {}) } })
  })
  for (const { index, message } of collisions(placed.map(({ file }) => file.path))) {
    problems.push({ pointer: `/files/${String(placed[index]?.index ?? 0)}/path`, message })
  }
  if (problems.length === 0 && placed.length === 0) problems.push({ pointer: '/files', message: 'nothing is left of the project with these parameters' })
  return { files: placed.map(({ file }) => file).sort((a, b) => (a.path < b.path ? -1 : 1)), problems }
}

function rendered(text: string, expressions: Expressions, scope: Scope): string {
  if (!expressions.isExpression(text)) return text
  const made = expressions.renderText(text, scope)
  if (!isStorable(made)) throw new Error('holds a NUL character or half a surrogate pair')
  return made
}

function attempt<T>(work: () => T, failed: (message: string) => void): T | undefined {
  try {
    return work()
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error))
    return undefined
  }
}
