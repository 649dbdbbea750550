import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { ProjectManifest, ProjectSettings } from '../contracts/project.ts'
import { canonical } from './canonical.ts'
import { parseContent } from './content.ts'
import { fromManifest, toDirectory } from './manifest.ts'
import { projectFiles, withNormalFiles } from './project-files.ts'
import { byKey, readable } from './readable.ts'
import { isLfsPointer } from './source-files.ts'
import type { SourceFile } from './source-files.ts'
import { templateFile } from './template-place.ts'
import { fitTogether, isAttributes } from './tree-names.ts'

/** One file of a template, below its folder. */
export type TemplateFile = SourceFile

const order = ['kind', 'name', 'meta', 'variables', 'delimiters', 'resources', 'initialization']

/** The keys of objects in the order of the alphabet, those of the artifact in the order of a reader. */
function ordered(artifact: JsonObject): JsonObject {
  const rest = Object.keys(artifact).filter((key) => !order.includes(key)).sort()
  return Object.fromEntries([...order, ...rest].flatMap((key) => (artifact[key] === undefined ? [] : [[key, byKey(artifact[key])]])))
}

/** What a template says, whatever its version is called. */
export function contentOf({ version: _, ...content }: Partial<TemplateArtifact>): JsonObject {
  return content as unknown as JsonObject
}

/** A template as the one file that says all. */
export const toDocument = (artifact: TemplateArtifact): TemplateFile[] => [{ path: templateFile, content: readable(ordered(contentOf(artifact))) }]

/**
 * A template as files to be read, compared and edited: a project's as the directory that its export is, any other as one document. Its version is none of
 * them: an edit needs no new number, and the commit names the one it had. Equal templates, equal files.
 */
export const toFiles = (artifact: TemplateArtifact): TemplateFile[] => asDirectory(artifact) ?? toDocument(artifact)

/** Undefined where git could not hold the files, or whoever reads them would find another template: their paths are expressions. */
function asDirectory(artifact: TemplateArtifact): TemplateFile[] | undefined {
  if (!projectFiles(artifact)) return undefined
  const { version: _, ...template } = withNormalFiles(artifact)
  const files = toDirectory(template)
  return fitTogether(files.map(({ path }) => path)) && !files.some(hasMeaningToGit) && canonical(readBack(files)) === canonical(contentOf(template)) ? files : undefined
}

/** The longest line that git takes in its attributes: a remote refuses a push with a longer one. */
const mostAttributes = 2_000

const hasMeaningToGit = ({ path, content, encoding }: TemplateFile): boolean =>
  encoding !== 'base64' && (isLfsPointer(content) || (isAttributes(path) && content.split('\n').some((line) => line.length > mostAttributes)))

function readBack(files: readonly TemplateFile[]): JsonObject {
  const [manifest = '', settings = ''] = files.map(({ content }) => content)
  const { content } = fromManifest(parseContent(manifest) as unknown as ProjectManifest, parseContent(settings) as unknown as ProjectSettings, files)
  return { kind: 'project', resources: {}, initialization: { prompts: [], documents: [] }, ...content }
}

/** What the document says, unchecked. Throws with the parser's sentence. */
export const fromDocument = (text: string): Json => parseContent(text)
