import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { byKey } from './canonical.ts'
import { parseContent } from './content.ts'
import { gitDirectory } from './git-directory.ts'
import { present } from './json.ts'
import { readable } from './readable.ts'
import type { SourceFile } from './source-files.ts'
import { templateFile } from './template-place.ts'

/** One file of a template, below its folder. */
export type TemplateFile = SourceFile

const order = ['kind', 'name', 'meta', 'variables', 'delimiters', 'resources', 'initialization']

/** The keys of objects in the order of the alphabet, those of the artifact in the order of a reader. */
function ordered(artifact: JsonObject): JsonObject {
  const rest = Object.keys(artifact).filter((key) => !order.includes(key)).sort()
  return Object.fromEntries([...order, ...rest].flatMap((key) => (artifact[key] === undefined ? [] : [[key, byKey(artifact[key])]])))
}

/** What a template says, whatever its version is called. */
export const contentOf = ({ version: _, ...content }: Partial<TemplateArtifact>): JsonObject => present(content)

/** A template as the one file that says all. */
export const toDocument = (artifact: TemplateArtifact): TemplateFile[] => [{ path: templateFile, content: readable(ordered(contentOf(artifact))) }]

/**
 * A template as files to be read, compared and edited: a project's as the directory that its export is, any other as one document. Its version is none of
 * them: an edit needs no new number, and the commit names the one it had. Equal templates, equal files.
 */
export const toFiles = (artifact: TemplateArtifact): TemplateFile[] => gitDirectory(artifact) ?? toDocument(artifact)

/** What the document says, unchecked. Throws with the parser's sentence. */
export const fromDocument = (text: string): Json => parseContent(text)
