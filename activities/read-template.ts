import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import type { z } from 'zod'
import type { ImportRequest } from '../contracts/api.ts'
import { templateArtifact } from '../contracts/artifact.ts'
import type { TemplateArtifact } from '../contracts/artifact.ts'
import { DomainError } from '../contracts/errors.ts'
import type { ProblemError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import { named, readObject, wrapExport } from '../domain/content.ts'
import { fit } from '../domain/fit.ts'
import { hostileAt } from '../domain/hostile.ts'
import { isObject } from '../domain/json.ts'
import { toPointer } from '../domain/pointer.ts'
import type { SourceDirectory } from '../domain/source-files.ts'
import { readArchive } from './read-archive.ts'
import { readFolder } from './read-directory.ts'
import { readTemplateDirectory } from './read-template-directory.ts'

/** What a template is read from: one document, or a project template's directory. */
export type Source = { content: string | JsonObject } | { directory: SourceDirectory }

/** Each place that does not fit. An unknown key is named at its own place. */
export const problemsOf = (issues: readonly z.core.$ZodIssue[]): ProblemError[] =>
  issues.map((issue) => ({ pointer: toPointer([...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]), message: issue.message }))

export const invalid = (errors: ProblemError[]): DomainError =>
  new DomainError('400.artifact_schema_invalid', `The artifact is not valid: ${errors.slice(0, 3).map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ')}${errors.length > 3 ? '; …' : ''}`, { errors })

/** What came with the request, or lies in the library. */
export async function readSource(libraryDir: string, { kind, content, contentRef = '', archive }: ImportRequest): Promise<Source> {
  if (content !== undefined) return { content }
  if (archive !== undefined) return { directory: await readArchive(Buffer.from(archive, 'base64')) }
  const path = normalize(contentRef).replace(/\/$/, '')
  const inside = !path.startsWith('..') && !path.startsWith('/')
  if (inside && /\.(ya?ml|json)$/.test(path)) {
    const text = await readFile(join(libraryDir, path), 'utf8').catch(() => undefined)
    if (text !== undefined) return { content: text }
  } else if (inside && kind === 'project') {
    const directory = await readFolder(join(libraryDir, path))
    if (directory) return { directory }
  }
  throw new DomainError('400.content_unreadable', `There is no "${contentRef}" in the library, and it is no git+https:// reference`, { errors: [{ pointer: '/contentRef', message: 'cannot be read' }] })
}

function readDocument(document: string | JsonObject): JsonObject {
  const read = readObject(document)
  if ('content' in read) return read.content
  throw new DomainError('400.content_unreadable', `The content ${read.problem}`, { errors: [{ pointer: '/content', message: read.field }] })
}

function readDirectory(directory: SourceDirectory): JsonObject {
  const { content, problems } = readTemplateDirectory(directory)
  if (problems.length > 0) throw invalid(problems)
  return { ...named(directory.name), ...content }
}

/** What a request may say of a template besides its content. */
export type Named = Pick<ImportRequest, 'kind' | 'name' | 'version' | 'meta'>

/** The artifact in a source, with what the request says of it. Throws every problem of its shape. */
export function readArtifact(request: Named, source: Source): TemplateArtifact {
  const content = 'content' in source ? readDocument(source.content) : readDirectory(source.directory)
  const hostile = hostileAt(content)
  if (hostile) throw invalid([hostile])
  const wrapped = wrapExport(content)
  const given = { kind: request.kind, ...(request.name === undefined ? {} : { name: request.name }), ...(request.version === undefined ? {} : { version: request.version }) }
  const result = fit(templateArtifact, { ...wrapped, ...given, meta: { ...(isObject(wrapped['meta']) ? wrapped['meta'] : {}), ...request.meta } })
  if (!result.success) throw invalid(problemsOf(result.error.issues))
  return result.data
}
