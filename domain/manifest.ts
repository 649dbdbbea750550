import ignore from 'ignore'
import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { ProblemError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { ProjectFile, ProjectManifest, ProjectSettings } from '../contracts/project.ts'
import { step } from './pointer.ts'
import { present, sorted } from './project-files.ts'
import { byKey, readable } from './readable.ts'
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

const manifestKeys = ['description', 'category', 'author', 'tags'] as const

/** A folder that can be named as a whole, so that what somebody adds to it belongs to projects too. */
const plainFolder = /^[\w.@-]+\//

/** What a project consists of, as a manifest lists it: a folder where all of it belongs, else each file. */
function listOf(files: readonly ProjectFile[]): string[] {
  const folderOf = ({ path }: ProjectFile): string | undefined => plainFolder.exec(path)?.[0]
  const apart = new Set(files.filter(({ templateOnly }) => templateOnly === true).map(folderOf))
  return [...new Set(files.filter(({ templateOnly }) => templateOnly !== true).map((file) => {
    const folder = folderOf(file)
    return folder === undefined || apart.has(folder) ? file.path : folder
  }))]
}

/** A project template as the directory that it comes from, or could come from: brought in again, it is the same template. */
export function toDirectory(artifact: TemplateArtifact): SourceFile[] {
  const { name, version, meta, variables, delimiters, dependencies, untranslated, files = [] } = artifact
  const known = manifestKeys.filter((key) => meta[key] !== undefined)
  const others = Object.fromEntries(Object.entries(meta).filter(([key]) => !(manifestKeys as readonly string[]).includes(key)))
  const manifest = present({ name, version, ...Object.fromEntries(known.map((key) => [key, meta[key]])), dependencies, files: listOf(files) })
  const settings = present({
    variables, delimiters, untranslated,
    literal: nonEmpty(files.filter(({ literal }) => literal === true).map(({ path }) => `/${path.replace(/[\\*?[\]!# ]/g, '\\$&')}`)),
    meta: Object.keys(others).length > 0 ? others : undefined,
  })
  const own = [{ path: manifestFile, content: text(manifest) }, { path: settingsFile, content: text(settings) }]
  return [...own, ...files.map(({ path, content, encoding, executable }) => ({ path, content, ...(encoding === 'base64' ? { encoding } : {}), ...(executable === true ? { executable } : {}) }))]
}

const nonEmpty = (list: string[]): string[] | undefined => (list.length > 0 ? list : undefined)
/** The keys on top in the order of a reader. */
const text = (value: JsonObject): string => readable(Object.fromEntries(Object.entries(value).map(([key, one]) => [key, byKey(one)])))
