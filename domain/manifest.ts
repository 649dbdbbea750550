import ignore from 'ignore'
import type { ProblemError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { ProjectFile, ProjectManifest, ProjectSettings } from '../contracts/project.ts'
import { present } from './json.ts'
import { step } from './pointer.ts'
import { sorted } from './project-files.ts'
import type { SourceFile } from './source-files.ts'

export const manifestFile = 'manifest.yaml'
export const settingsFile = 'slipway.yaml'

/** Where a manifest says nothing: examples show how to use a template, and are no part of what it makes. */
const examples = /^examples\//

const covers = (listed: string, path: string): boolean => (listed.endsWith('/') ? path.startsWith(listed) : path === listed)

/** The artifact that a directory with a manifest describes, and what its two files say that does not hold. */
export function fromManifest(manifest: ProjectManifest, settings: ProjectSettings, sources: readonly SourceFile[]): { content: JsonObject; problems: ProblemError[] } {
  const files = sources.filter(({ path }) => path !== manifestFile && path !== settingsFile)
  const literal = ignore({ ignorecase: false }).add(settings.literal ?? [])
  const { name, version, dependencies, files: listed, quality_score: _, ...meta } = manifest
  const belongs = (path: string): boolean => (listed ? listed.some((one) => covers(one, path)) : !examples.test(path))
  const toFile = (file: SourceFile): ProjectFile => ({ ...file, ...(belongs(file.path) ? {} : { templateOnly: true }), ...(isMatched(literal, file.path) ? { literal: true } : {}) })
  const missing = (listed ?? []).flatMap((one, index) => (files.some(({ path }) => covers(one, path)) ? [] : [{ pointer: `${step(manifestFile)}/files/${String(index)}`, message: `there is no ${one} in the directory` }]))
  const content = {
    name, version, meta: { ...settings.meta, ...meta }, variables: settings.variables, delimiters: settings.delimiters, dependencies, untranslated: settings.untranslated,
    files: sorted(files).map(toFile),
  }
  return { content: present(content), problems: missing }
}

/** The library takes relative paths only, and throws at others; those are refused elsewhere. */
export const isMatched = (patterns: ReturnType<typeof ignore>, path: string): boolean => ignore.isPathValid(path) && patterns.ignores(path)
