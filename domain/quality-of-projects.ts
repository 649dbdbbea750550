import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { Json } from '../contracts/json.ts'
import type { ProjectFile } from '../contracts/project.ts'
import { completeAnswers } from './answers.ts'
import { parseContent } from './content.ts'
import { createExpressions, defaultDelimiters } from './expressions.ts'
import { isObject } from './json.ts'
import { neededPackages } from './needed-packages.ts'
import { listed } from './quality-checks.ts'
import type { Checks } from './quality-checks.ts'
import { propertiesOf, requiredIn } from './variables.ts'

const readmeName = /^readme(\.(md|rst|adoc|txt))?$/i
const exampleVariables = /^examples\/[^/]+\.(json|ya?ml)$/i
/** What is empty on purpose. */
const mayBeEmpty = /(^|\/)(\.gitkeep|\.keep|\.nojekyll|__init__\.py|py\.typed)$/
/** What a machine makes, or what is nobody else's business. */
const leftover = /(^|\/)(node_modules|\.git|__pycache__|\.venv|\.DS_Store|Thumbs\.db|\.env|\.idea)(\/|$)/

const filesOf = ({ files = [] }: TemplateArtifact): readonly ProjectFile[] => files
const readmeOf = (artifact: TemplateArtifact): ProjectFile | undefined => filesOf(artifact).find(({ path }) => readmeName.test(path))
const examplesOf = (artifact: TemplateArtifact): readonly ProjectFile[] => filesOf(artifact).filter(({ path, content }) => path.startsWith('examples/') && content.trim() !== '')
const headings = (text: string): string[] => [...text.matchAll(/^#{1,6}\s+(.+)$|^(.+)\n[=-]{3,}$/gm)].map(([, hash, underlined]) => hash ?? underlined ?? '')

/** Nobody has to be asked for it. */
const hasValue = (property: Json | undefined): boolean => isObject(property) && ['default', 'x-default', 'const'].some((key) => property[key] !== undefined)

/** The checks of source document 002: a README that says how to use it, examples, a whole manifest, files that hold together, and dependencies that are declared. */
export const projectChecks: Checks = {
  documentation: (artifact) => {
    const readme = readmeOf(artifact)
    if (!readme || readme.content.trim() === '') return { missing: ['Add a README.md'], weak: [] }
    const found = headings(readme.content)
    return {
      missing: [],
      weak: [
        ...(readme.content.trim().length < 200 ? [`Say more in ${readme.path}: what the template makes, and for whom`] : []),
        ...(found.some((heading) => /usage|getting started|quick ?start|how to|running|run it/i.test(heading)) ? [] : [`Add a section on usage to ${readme.path}`]),
      ],
    }
  },

  examples: (artifact) => {
    const examples = examplesOf(artifact)
    const shown = /```/.test(readmeOf(artifact)?.content ?? '')
    if (examples.length === 0) return shown ? { missing: [], weak: ['Add example variables under examples/'] } : { missing: ['Add usage examples under examples/'], weak: [] }
    const given = examples.filter(({ path }) => exampleVariables.test(path))
    const needed = requiredIn(artifact.variables).filter((name) => name !== 'projectName' && !hasValue(propertiesOf(artifact.variables)[name]))
    return { missing: [], weak: given.length === 0 && needed.length > 0 ? [`Add examples/variables.yaml with ${listed(needed)}`] : given.flatMap((file) => exampleProblems(file, artifact)) }
  },

  metadata: ({ meta }) => {
    const lacking = [...(['description', 'category', 'author'] as const).filter((field) => (meta[field]?.trim() ?? '') === ''), ...((meta.tags ?? []).length === 0 ? ['tags'] : [])]
    const message = lacking.map((field) => `Set ${field} in manifest.yaml`)
    return { missing: lacking.length > 2 ? message : [], weak: lacking.length > 2 ? [] : message }
  },

  structure: (artifact) => {
    const files = filesOf(artifact)
    const made = files.filter(({ path, templateOnly }) => templateOnly !== true && !readmeName.test(path) && !/^licen[cs]e/i.test(path))
    const empty = files.filter(({ path, content }) => content.trim() === '' && !mayBeEmpty.test(path)).map(({ path }) => path)
    const left = files.filter(({ path }) => leftover.test(path)).map(({ path }) => path)
    const { untranslated = [] } = artifact
    return {
      missing: [
        ...(made.length === 0 ? ['Add files: a project would hold nothing but its README'] : []),
        ...untranslated.filter(({ stops }) => stops).map(({ file, line, what }) => `${file}:${String(line)}: rewrite ${what}`),
        ...files.flatMap((file) => unreadable(file, artifact)),
      ],
      weak: [
        ...(empty.length > 0 ? [`Fill or remove the empty files ${listed(empty)}`] : []),
        ...(left.length > 0 ? [`Remove ${listed(left)}`] : []),
        ...untranslated.filter(({ stops }) => !stops).map(({ file, line, what }) => `${file}:${String(line)}: ${what} was left out`),
      ],
    }
  },

  dependencies: (artifact) => {
    const { dependencies = [] } = artifact
    const declared = new Map(dependencies.flatMap((one) => Object.entries(one)))
    const needed = neededPackages(filesOf(artifact).map((file) => ({ ...file, content: withoutExpressions(file, artifact) })))
    const undeclared = needed.filter((name) => !declared.has(name))
    const loose = [...declared].filter(([, range]) => /^(|\*|x|latest|any)$/i.test(range.trim())).map(([name]) => name)
    const message = undeclared.length > 0 ? [`Declare under dependencies in manifest.yaml: ${listed(undeclared)}`] : []
    return {
      missing: needed.length > 0 && declared.size === 0 ? message : [],
      weak: [...(declared.size > 0 ? message : []), ...(loose.length > 0 ? [`Give a version range for ${listed(loose)}`] : [])],
    }
  },
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** A text as it is where no expression stands. */
function withoutExpressions({ content, literal, encoding }: ProjectFile, { delimiters = defaultDelimiters }: TemplateArtifact): string {
  if (literal === true || encoding === 'base64') return content
  return [delimiters.output, delimiters.tag].reduce((text, [left, right]) => text.replace(new RegExp(`${escaped(left)}[\\s\\S]*?${escaped(right)}`, 'g'), ''), content)
}

/** What is wrong with an example: a body of instantiate, or parameters alone. `projectName` is always given by whoever makes a project. */
function exampleProblems({ path, content }: ProjectFile, { variables, delimiters }: TemplateArtifact): string[] {
  try {
    const example = parseContent(content)
    if (!isObject(example)) return [`${path}: must be an object of variables`]
    const { projectName = 'example', ...rest } = example
    const given = isObject(rest['parameters']) && !('parameters' in propertiesOf(variables)) ? rest['parameters'] : rest
    return completeAnswers(variables, given, String(projectName), delimiters).problems.slice(0, 5).map(({ pointer, message }) => `${path}: ${pointer} ${message}`)
  } catch (error) {
    return [`${path}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`]
  }
}

/** A JSON file that no expression fills in must be JSON. */
function unreadable({ path, content, encoding, literal }: ProjectFile, { delimiters }: TemplateArtifact): string[] {
  const isRendered = literal !== true && createExpressions(delimiters).isExpression(content)
  if (encoding === 'base64' || isRendered || !path.endsWith('.json') || /(^|\/)(tsconfig[^/]*|\.eslintrc|\.vscode\/[^/]+|jsconfig)\.json$/.test(path)) return []
  try {
    JSON.parse(content)
    return []
  } catch {
    return [`${path} is not JSON`]
  }
}
