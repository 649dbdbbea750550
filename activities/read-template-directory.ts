import type { z } from 'zod'
import { DomainError } from '../contracts/errors.ts'
import type { ProblemError } from '../contracts/errors.ts'
import { manifest, projectSettings } from '../contracts/project.ts'
import { parseContent } from '../domain/content.ts'
import { cookiecutterFile } from '../domain/cookiecutter-questions.ts'
import { fromCookiecutter } from '../domain/cookiecutter.ts'
import { copierFiles, fromCopier } from '../domain/copier.ts'
import { fit } from '../domain/fit.ts'
import { fromManifest, manifestFile, settingsFile } from '../domain/manifest.ts'
import { step, toPointer } from '../domain/pointer.ts'
import type { ReadDirectory } from '../domain/project-source.ts'
import type { SourceDirectory } from '../domain/source-files.ts'

const unreadable = (message: string, pointer = ''): DomainError => new DomainError('400.content_unreadable', message, { errors: [{ pointer, message }] })

/** What a directory says of itself as an artifact's content: by its manifest, or as a Cookiecutter or Copier template. */
export function readTemplateDirectory(directory: SourceDirectory): ReadDirectory {
  const has = (name: string): boolean => directory.files.some(({ path }) => path === name)
  if (has(manifestFile)) return readManifest(directory)
  if (has(cookiecutterFile)) return fromCookiecutter(directory)
  if (copierFiles.some(has)) return fromCopier(directory)
  throw unreadable('The directory is no template: it has no manifest.yaml, cookiecutter.json or copier.yml at its top')
}

function readManifest({ files }: SourceDirectory): ReadDirectory {
  const read = <S extends z.ZodType>(name: string, schema: S): { value: z.output<S> | undefined; problems: ProblemError[] } => {
    const file = files.find(({ path }) => path === name)
    const parsed = fit(schema, file ? parsedFile(name, file.content) : {})
    if (parsed.success) return { value: parsed.data, problems: [] }
    const problems = parsed.error.issues.flatMap((issue) => {
      const at = step(name) + toPointer(issue.path)
      return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ pointer: at + step(key), message: 'is no field of it' })) : [{ pointer: at, message: issue.message }]
    })
    return { value: undefined, problems }
  }
  const [about, settings] = [read(manifestFile, manifest), read(settingsFile, projectSettings)]
  if (about.value === undefined || settings.value === undefined) return { content: {}, problems: [...about.problems, ...settings.problems] }
  return fromManifest(about.value, settings.value, files)
}

/** An empty file says nothing. */
function parsedFile(name: string, text: string): unknown {
  try {
    return parseContent(text) ?? {}
  } catch (error) {
    throw unreadable(`${name} is no YAML: ${error instanceof Error ? error.message.split('\n')[0] ?? '' : ''}`, step(name))
  }
}
