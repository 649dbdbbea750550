import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { JsonObject } from '../contracts/json.ts'
import { canonical } from './canonical.ts'
import { fromManifest } from './manifest.ts'
import { projectFiles, withNormalFiles } from './project-files.ts'
import { isLfsPointer } from './source-files.ts'
import type { SourceFile } from './source-files.ts'
import { described, toDirectory } from './template-directory.ts'
import { fitTogether, isAttributes } from './tree-names.ts'

/** A project's template as its directory. Undefined where git could not hold the files, or whoever reads them would find another template: their paths are expressions. */
export function gitDirectory(artifact: TemplateArtifact): SourceFile[] | undefined {
  if (!projectFiles(artifact)) return undefined
  const { version: _, ...template } = withNormalFiles(artifact)
  const files = toDirectory(template)
  return fitTogether(files.map(({ path }) => path)) && !files.some(hasMeaningToGit) && canonical(readBack(template, files)) === canonical(template) ? files : undefined
}

/** The longest line that git takes in its attributes: a remote refuses a push with a longer one. */
const mostAttributes = 2_000

const hasMeaningToGit = ({ path, content, encoding }: SourceFile): boolean =>
  encoding !== 'base64' && (isLfsPointer(content) || (isAttributes(path) && content.split('\n').some((line) => line.length > mostAttributes)))

function readBack(template: TemplateArtifact, files: readonly SourceFile[]): JsonObject {
  const { manifest, settings } = described(template)
  return { kind: 'project', resources: {}, initialization: { prompts: [], documents: [] }, ...fromManifest(manifest, settings, files).content }
}
