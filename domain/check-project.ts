import type { Delimiters, TemplateArtifact } from '../contracts/artifact.ts'
import type { ProblemError } from '../contracts/errors.ts'
import type { ProjectFile } from '../contracts/project.ts'
import { checkRules } from './answers.ts'
import { createExpressions, defaultDelimiters } from './expressions.ts'
import type { Expressions } from './expressions.ts'
import { manifestFile, settingsFile } from './manifest.ts'
import { collisions, pathProblem } from './paths.ts'
import { isBase64, isRendered, projectFiles, sizeOf } from './project-files.ts'
import { projectLanguage } from './project-language.ts'
import { namesOf } from './template-path.ts'
import { declaredVariables } from './variables.ts'

const most = { files: 2_000, fileBytes: 2_000_000, bytes: 10_000_000, untranslated: 1_000 }

/** Everything that can be known to be wrong with a project's files before a variable is seen. */
export function checkProject(artifact: TemplateArtifact): ProblemError[] {
  const { files = [], dependencies, untranslated = [] } = artifact
  if (artifact.kind !== 'project') {
    const present = (['files', 'dependencies', 'untranslated'] as const).filter((key) => artifact[key] !== undefined)
    return present.map((key) => ({ pointer: `/${key}`, message: 'belongs to templates of kind project' }))
  }
  if (untranslated.length > most.untranslated) return [{ pointer: '/untranslated', message: `has more than ${String(most.untranslated)} places` }]
  if (!projectFiles(artifact)) return dependencies === undefined ? [] : [{ pointer: '/files', message: 'is missing: dependencies are those of files' }]
  const rows = Object.keys(artifact.resources).length + artifact.initialization.prompts.length + artifact.initialization.documents.length
  const sizes = sizeProblems(files)
  if (sizes.length > 0) return sizes
  return [
    ...(rows > 0 ? [{ pointer: '/resources', message: 'and initialization must be empty where there are files: a project is instantiated, not deployed' }] : []),
    ...delimiterProblems(artifact.delimiters),
    ...checkRules(artifact.variables, artifact.delimiters),
    ...collisions(files.map(({ path }) => path)).map(({ index, message }) => ({ pointer: `/files/${String(index)}/path`, message })),
    ...fileProblems(files, artifact),
  ]
}

function sizeProblems(files: readonly ProjectFile[]): ProblemError[] {
  if (files.length > most.files) return [{ pointer: '/files', message: `has more than ${String(most.files)} files` }]
  const broken = files.flatMap(({ content, encoding }, index) => (encoding === 'base64' && !isBase64(content) ? [{ pointer: `/files/${String(index)}/content`, message: 'is not base64' }] : []))
  if (broken.length > 0) return broken
  const sizes = files.map(sizeOf)
  const large = sizes.flatMap((size, index) => (size > most.fileBytes ? [{ pointer: `/files/${String(index)}/content`, message: `${files[index]?.path ?? ''} is larger than 2 MB` }] : []))
  const all = sizes.reduce((sum, size) => sum + size, 0)
  return all > most.bytes ? [...large, { pointer: '/files', message: 'are larger than 10 MB together' }] : large
}

/** Output and tag must be told apart, and one must not begin like the other. */
function delimiterProblems(delimiters: Delimiters = defaultDelimiters): ProblemError[] {
  const [output, tag] = [delimiters.output[0], delimiters.tag[0]]
  return output.startsWith(tag) || tag.startsWith(output) ? [{ pointer: '/delimiters', message: 'output and tag must begin differently' }] : []
}

function fileProblems(files: readonly ProjectFile[], artifact: TemplateArtifact): ProblemError[] {
  const expressions = createExpressions(artifact.delimiters, projectLanguage)
  const declared = declaredVariables(artifact.variables)
  const known = declared && new Set([...declared, 'projectName'])
  return files.flatMap((file, index) => {
    const at = `/files/${String(index)}`
    const names = file.templateOnly === true ? [{ text: file.path, outline: file.path }] : namesOf(file.path, artifact.delimiters)
    const own = file.path === manifestFile || file.path === settingsFile ? [{ pointer: `${at}/path`, message: `${file.path} describes the template, and is written when it is exported: for a file of this name in projects, write the name as an expression` }] : []
    const path = pathProblem(names.map(({ outline }) => outline).join('/'))
    const rendered = file.templateOnly === true ? [] : [
      ...names.flatMap(({ text }) => textProblems(text, expressions, known)).map((message) => ({ pointer: `${at}/path`, message: `${file.path}: ${message}` })),
      ...(isRendered(file) ? textProblems(file.content, expressions, known).map((message) => ({ pointer: `${at}/content`, message: `${file.path}: ${message}` })) : []),
    ]
    return [...own, ...(path === undefined ? [] : [{ pointer: `${at}/path`, message: `${file.path} ${path}` }]), ...rendered]
  })
}

function textProblems(text: string, expressions: Expressions, known: ReadonlySet<string> | undefined): string[] {
  if (!expressions.isExpression(text)) return []
  try {
    const reads = expressions.reads(text)
    const undeclared = known ? [...new Set(reads.variables)].filter((name) => !known.has(name)) : []
    return [
      ...[...new Set(reads.unknown)].map((name) => `knows no ${name}: use variables`),
      ...(reads.resources.length + reads.kb.length > 0 ? ['resources and kb are not known in files: use variables'] : []),
      ...undeclared.map((name) => `variables.${name} is not declared under variables`),
    ]
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}
