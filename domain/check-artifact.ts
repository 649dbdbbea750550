import type { ProblemError } from '../contracts/errors.ts'
import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { checkProject } from './check-project.ts'
import { createExpressions } from './expressions.ts'
import type { Expressions } from './expressions.ts'
import { isLlmLeaf, visitLeaves } from './render.ts'
import { fromPointer, step, valueAt } from './pointer.ts'
import { declaredVariables, schemaProblem } from './variables.ts'
import { cycleIn } from './waves.ts'
import type { Ordered } from './waves.ts'

/** All that an adapter knows offline about a type. */
export interface TypeRules {
  validate(spec: JsonObject): { pointer: string; message: string; certain?: boolean }[]
}

/** The rules of a provider's type; a string when there is none, saying what there is. */
export type RulesOf = (provider: string, type: string) => TypeRules | string

const readable = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** More would be a mistake, and a chain of them too deep to follow. */
const most = { resources: 1_000, variables: 1_000, rows: 10_000, metaCharacters: 64 * 1024 }

function tooMany({ resources, variables, initialization, meta }: TemplateArtifact): ProblemError[] {
  const properties = variables['properties']
  const over = (pointer: string, count: number, limit: number, what: string): ProblemError[] => (count > limit ? [{ pointer, message: `has more than ${String(limit)} ${what}` }] : [])
  return [
    ...over('/resources', Object.keys(resources).length, most.resources, 'resources'),
    ...over('/variables/properties', typeof properties === 'object' && properties !== null ? Object.keys(properties).length : 0, most.variables, 'variables'),
    ...(['prompts', 'documents'] as const).flatMap((table) => over(`/initialization/${table}`, initialization[table].length, most.rows, 'rows')),
    ...over('/meta', JSON.stringify(meta).length, most.metaCharacters, 'characters'),
  ]
}

/** Everything that can be known to be wrong with an artifact before a variable or a vendor is seen. */
export function checkArtifact(artifact: TemplateArtifact, rulesOf: RulesOf): ProblemError[] {
  const problems = tooMany(artifact)
  if (problems.length > 0) return problems
  problems.push(...checkProject(artifact))
  const schema = schemaProblem(artifact.variables)
  if (schema !== undefined) problems.push({ pointer: '/variables', message: schema })
  const expressions = createExpressions(artifact.delimiters)
  const declared = declaredVariables(artifact.variables)

  const checkLeaves = (root: JsonObject, at: string, mayRefer: boolean): void => {
    visitLeaves(root, at, (leaf, pointer) => {
      if (isLlmLeaf(leaf)) problems.push(...llmProblems(leaf, pointer))
      else if (typeof leaf === 'string' && expressions.isExpression(leaf)) {
        problems.push(...expressionProblems(leaf, expressions, artifact, declared, mayRefer).map((message) => ({ pointer, message })))
      }
    })
  }

  for (const [name, { provider, type, spec }] of Object.entries(artifact.resources)) {
    const at = `/resources/${name}`
    checkLeaves(spec, `${at}/spec`, true)
    const rules = rulesOf(provider, type)
    if (typeof rules === 'string') problems.push({ pointer: `${at}/type`, message: rules })
    else problems.push(...specProblems(spec, rules, expressions).map(({ pointer, message }) => ({ pointer: `${at}/spec${pointer}`, message })))
  }
  for (const table of ['prompts', 'documents'] as const) {
    artifact.initialization[table].forEach((row, index) => { checkLeaves(row, `/initialization/${table}/${String(index)}`, false) })
  }
  const cycle = cycleIn(orderedResources(artifact))
  if (cycle) problems.push({ pointer: `/resources${step(cycle[0] ?? '')}`, message: `needs itself: ${cycle.join(' → ')}` })
  return problems
}

/** The adapter's offline problems, without those that only an expression's value can decide. */
export function specProblems(spec: JsonObject, rules: TypeRules, expressions: Expressions): ProblemError[] {
  return rules.validate(spec)
    .filter(({ pointer, certain }) => certain === true || !touchesExpression(spec, pointer, expressions))
    .map(({ pointer, message }) => ({ pointer, message }))
}

function touchesExpression(spec: JsonObject, pointer: string, expressions: Expressions): boolean {
  const undecided = (value: Json): boolean => {
    let found = false
    visitLeaves(value, '', (leaf) => { found ||= typeof leaf !== 'string' || expressions.isExpression(leaf) })
    return found
  }
  const path = fromPointer(pointer)
  for (let length = 1; length < path.length; length++) {
    const above = valueAt(spec, path.slice(0, length).map(step).join(''))
    if (typeof above === 'string' && expressions.isExpression(above)) return true
    if (isLlmLeaf(above)) return true
  }
  const value = valueAt(spec, pointer)
  return value !== undefined && undecided(value)
}

const llmProblems = (leaf: { 'x-llm': unknown }, pointer: string): ProblemError[] => {
  const order = leaf['x-llm']
  if (typeof order !== 'object' || order === null) return [{ pointer: `${pointer}/x-llm`, message: 'must be an object with an instruction' }]
  const { instruction, maxLength, model, ...rest }: { instruction?: unknown; maxLength?: unknown; model?: unknown } = order
  return [
    ...(typeof instruction === 'string' && instruction !== '' ? [] : [{ pointer: `${pointer}/x-llm/instruction`, message: 'is required' }]),
    ...(maxLength === undefined || (typeof maxLength === 'number' && Number.isInteger(maxLength) && maxLength > 0) ? [] : [{ pointer: `${pointer}/x-llm/maxLength`, message: 'must be a positive whole number' }]),
    ...(model === undefined || typeof model === 'string' ? [] : [{ pointer: `${pointer}/x-llm/model`, message: 'must be a string' }]),
    ...Object.keys(rest).map((key) => ({ pointer: `${pointer}/x-llm${step(key)}`, message: 'is not known here' })),
  ]
}

function expressionProblems(text: string, expressions: Expressions, artifact: TemplateArtifact, declared: string[] | undefined, mayRefer: boolean): string[] {
  try {
    const reads = expressions.reads(text)
    return [
      ...reads.unknown.map((name) => `knows no ${name}: use variables, resources or kb`),
      ...reads.variables.filter((name) => declared && !declared.includes(name)).map((name) => `variables.${name} is not declared under variables`),
      ...(reads.resources.length > 0 && !mayRefer ? ['initialization is written before resources exist, so it cannot refer to them'] : []),
      ...reads.resources.filter(({ name }) => !Object.hasOwn(artifact.resources, name)).map(({ name }) => `there is no resource ${name}`),
      ...reads.resources.filter(({ field }) => field !== 'id' && field !== 'url').map(({ name, field }) => `resources.${name}.${field}: a resource has id and url`),
    ]
  } catch (error) {
    return [readable(error)]
  }
}

/** The artifact's resources with what each refers to. Leaves that cannot be parsed refer to nothing. */
export function orderedResources(artifact: Pick<TemplateArtifact, 'resources' | 'delimiters'>): Ordered[] {
  const expressions = createExpressions(artifact.delimiters)
  return Object.entries(artifact.resources).map(([name, { provider, spec }]) => {
    const needs = new Set<string>()
    visitLeaves(spec, '', (leaf) => {
      if (typeof leaf !== 'string' || !expressions.isExpression(leaf)) return
      try {
        for (const read of expressions.reads(leaf).resources) needs.add(read.name)
      } catch {
        return
      }
    })
    return { name, provider, needs: [...needs] }
  })
}
