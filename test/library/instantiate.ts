import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { completeAnswers } from '../../domain/answers.ts'
import { parseContent } from '../../domain/content.ts'
import { isObject } from '../../domain/json.ts'
import { renderProject } from '../../domain/render-project.ts'
import type { RenderedFile } from '../../domain/render-project.ts'

/** What one asks of a template. */
export interface Wish {
  title: string
  projectName: string
  parameters: JsonObject
}

export interface Project {
  files: RenderedFile[]
  problems: string[]
}

const properties = ({ variables }: TemplateArtifact): Record<string, JsonObject> => (variables['properties'] ?? {}) as Record<string, JsonObject>

export function instantiate(artifact: TemplateArtifact, { projectName, parameters }: Wish): Project {
  const answers = completeAnswers(artifact.variables, parameters, projectName, artifact.delimiters)
  if (answers.problems.length > 0) return { files: [], problems: answers.problems.map(({ pointer, message }) => `${pointer} ${message}`) }
  const { files, problems } = renderProject(artifact, answers.values)
  return { files, problems: problems.map(({ pointer, message }) => `${pointer} ${message}`) }
}

/** The examples of a template: bodies of instantiate, or parameters alone. */
export const examplesOf = (artifact: TemplateArtifact): Wish[] =>
  (artifact.files ?? []).filter(({ path }) => /^examples\/[^/]+\.(json|ya?ml)$/.test(path)).map(({ path, content }) => {
    const body = parseContent(content)
    if (!isObject(body)) throw new Error(`${artifact.name}: ${path} is no object`)
    const { projectName = 'example', ...rest } = body
    const parameters = isObject(rest['parameters']) && !('parameters' in properties(artifact)) ? rest['parameters'] : rest
    return { title: path, projectName: String(projectName), parameters }
  })

function choicesOf({ type, enum: choices, items }: JsonObject): Json[] {
  if (type === 'boolean') return [true, false]
  if (type === 'array') return isObject(items) && Array.isArray(items['enum']) ? [items['enum']] : []
  return Array.isArray(choices) ? choices : []
}

/** The first example with each choice of each variable that no example makes; those that the template itself refuses are left out. */
export function variationsOf(artifact: TemplateArtifact): Wish[] {
  const examples = examplesOf(artifact)
  const [first] = examples
  if (first === undefined) return []
  const isShown = (name: string, choice: Json) => examples.some(({ parameters }) => JSON.stringify(parameters[name] ?? properties(artifact)[name]?.['default']) === JSON.stringify(choice))
  return Object.entries(properties(artifact)).flatMap(([name, schema]) => choicesOf(schema).filter((choice) => !isShown(name, choice)).map((choice) => (
    { ...first, title: `${name}: ${JSON.stringify(choice)}`, parameters: { ...first.parameters, [name]: choice } }
  ))).filter(({ parameters, projectName }) => completeAnswers(artifact.variables, parameters, projectName, artifact.delimiters).problems.length === 0)
}

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url))

export interface Workshop {
  /** Writes a project and answers its folder, above which the repository's packages are found. */
  write(files: readonly RenderedFile[]): string
  remove(): void
}

export function createWorkshop(): Workshop {
  const root = mkdtempSync(join(tmpdir(), 'slipway-library-'))
  symlinkSync(packages, join(root, 'node_modules'), 'junction')
  return {
    write(files) {
      const folder = mkdtempSync(join(root, 'project-'))
      for (const { path, content, encoding, executable } of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), content, { encoding: encoding ?? 'utf8', mode: executable === true ? 0o755 : 0o644 })
      }
      return folder
    },
    remove: () => { rmSync(root, { recursive: true, force: true }) },
  }
}
