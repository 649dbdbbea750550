import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { ProjectFile, ProjectManifest, ProjectSettings } from '../contracts/project.ts'
import { byKey } from './canonical.ts'
import { present } from './json.ts'
import { manifestFile, settingsFile } from './manifest.ts'
import { readable } from './readable.ts'
import type { SourceFile } from './source-files.ts'

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

/** What a template's directory says of it in its two files. */
export function described({ name, version, meta, variables, delimiters, dependencies, untranslated, files = [] }: TemplateArtifact): { manifest: ProjectManifest; settings: ProjectSettings } {
  const { description, category, author, tags, ...others } = meta
  const literal = files.filter((file) => file.literal === true).map(({ path }) => `/${path.replace(/[\\*?[\]!# ]/g, '\\$&')}`)
  return {
    manifest: { name, version, description, category, author, tags, dependencies, files: listOf(files) },
    settings: { variables, delimiters, untranslated, literal: literal.length > 0 ? literal : undefined, meta: Object.keys(others).length > 0 ? others : undefined },
  }
}

/** A project template as the directory that it comes from, or could come from: brought in again, it is the same template. */
export function toDirectory(artifact: TemplateArtifact): SourceFile[] {
  const { manifest, settings } = described(artifact)
  const own = [{ path: manifestFile, content: text(manifest) }, { path: settingsFile, content: text(settings) }]
  return [...own, ...(artifact.files ?? []).map(({ path, content, encoding, executable }) => ({ path, content, ...(encoding === 'base64' ? { encoding } : {}), ...(executable === true ? { executable } : {}) }))]
}

/** The keys on top in the order of a reader. */
const text = (value: object): string => readable(Object.fromEntries(Object.entries(present(value)).map(([key, one]) => [key, byKey(one)])))
