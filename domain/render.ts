import type { Hole, Rendering, TemplateArtifact } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { ProblemError } from '../contracts/errors.ts'
import { createExpressions, defaultDelimiters, ExpressionError } from './expressions.ts'
import type { Expressions, Scope } from './expressions.ts'
import { hostileAt } from './hostile.ts'
import { step } from './pointer.ts'
import { withValues } from './with-values.ts'

/** Calls `leaf` for every string and every `x-llm` object, with its pointer. */
export function visitLeaves(value: Json, at: string, leaf: (value: string | LlmLeaf, pointer: string) => void): void {
  if (typeof value === 'string') leaf(value, at)
  else if (Array.isArray(value)) value.forEach((item, index) => { visitLeaves(item, at + step(index), leaf) })
  else if (typeof value === 'object' && value !== null) {
    if (isLlmLeaf(value)) leaf(value, at)
    else for (const [key, inner] of Object.entries(value)) visitLeaves(inner, at + step(key), leaf)
  }
}

/** In place of a leaf: a language model writes it when the customization asks for that. */
export interface LlmLeaf {
  'x-llm': { instruction: string; maxLength?: number; model?: string }
}

export const isLlmLeaf = (value: unknown): value is LlmLeaf =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 1 && Object.hasOwn(value, 'x-llm')

export interface RenderInput {
  artifact: Pick<TemplateArtifact, 'resources' | 'initialization' | 'delimiters'>
  /** Every variable that is no secret. */
  variables: Record<string, Json>
  /** Names of the secret variables; their values are not needed. */
  secrets: ReadonlySet<string>
  kb: Record<string, string>
  /** What the model wrote, by pointer; undefined when useLlm was not asked for. */
  texts?: Record<string, string> | undefined
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Renders every leaf that can be rendered now and leaves a hole for the rest (other resources' ids, secrets).
 * Pointers in `problems` are those of the artifact: `/resources/<name>/spec/…`.
 */
export function renderArtifact(input: RenderInput): { rendering: Rendering; problems: ProblemError[] } {
  const { artifact } = input
  const expressions = createExpressions(artifact.delimiters)
  const scope: Scope = { variables: input.variables, kb: input.kb, resources: {} }
  const problems: ProblemError[] = []
  const kept: Record<string, string> = {}

  const renderTree = (root: JsonObject, at: string): { value: JsonObject; holes: Hole[] } => {
    const values: { pointer: string; value: Json }[] = []
    const holes: Hole[] = []
    const put = (pointer: string, value: Json): void => {
      // A filter may cut a character in half, and a model may write what cannot be stored.
      const hostile = hostileAt(value)
      if (hostile) problems.push({ pointer: at + pointer, message: hostile.message })
      else values.push({ pointer, value })
    }
    visitLeaves(root, '', (leaf, pointer) => {
      if (typeof leaf !== 'string') {
        const text = input.texts?.[at + pointer]
        if (text === undefined) problems.push({ pointer: at + pointer, message: 'is written by a language model: customize with useLlm: true' })
        else put(pointer, text)
        return
      }
      if (!expressions.isExpression(leaf)) return
      try {
        const hole = holeFor(leaf, pointer, expressions, input.secrets)
        if (hole) {
          holes.push(hole)
          const { kb, dynamic } = expressions.reads(leaf)
          for (const [ref, content] of Object.entries(input.kb)) if (dynamic || kb.includes(ref)) kept[ref] = content
        }
        else put(pointer, expressions.render(leaf, scope))
      } catch (error) {
        problems.push({ pointer: at + pointer, message: message(error) })
      }
    })
    return { value: withValues(root, values), holes }
  }

  const rows = (name: 'prompts' | 'documents') =>
    artifact.initialization[name].map((row, index) => {
      const { value, holes } = renderTree(row, `/initialization/${name}/${String(index)}`)
      return { row: value, holes }
    })

  const rendering: Rendering = {
    resources: Object.fromEntries(
      Object.entries(artifact.resources).map(([name, { provider, type, spec }]) => {
        const { value, holes } = renderTree(spec, `/resources/${name}/spec`)
        return [name, { provider, type, spec: value, holes }]
      }),
    ),
    initialization: { prompts: rows('prompts'), documents: rows('documents') },
    ...(artifact.delimiters ? { delimiters: artifact.delimiters } : {}),
    ...(Object.keys(kept).length > 0 ? { kb: kept } : {}),
  }
  return { rendering, problems }
}

function holeFor(source: string, pointer: string, expressions: Expressions, secrets: ReadonlySet<string>): Hole | undefined {
  const reads = expressions.reads(source)
  const secret = secrets.size > 0 && (reads.dynamic || reads.variables.some((name) => secrets.has(name)))
  if (!secret && reads.resources.length === 0) return undefined
  return { pointer, source, resources: [...new Set(reads.resources.map(({ name }) => name))], secret }
}

/**
 * The spec with its holes filled. `unknown` decides what stands where a resource is not there yet; throws ExpressionError when
 * it answers nothing. A message about a secret leaf never repeats what went in.
 */
export function fillHoles<T extends JsonObject>(spec: T, holes: readonly Hole[], scope: Scope, delimiters = defaultDelimiters, unknown?: (hole: Hole) => Json | undefined): T {
  const expressions = createExpressions(delimiters)
  return withValues(
    spec,
    holes.map((hole) => {
      const missing = hole.resources.filter((name) => !Object.hasOwn(scope.resources, name))
      if (missing.length > 0) {
        const value = unknown?.(hole)
        if (value === undefined) throw new ExpressionError(`${hole.pointer} needs ${missing.join(', ')}, which does not exist`)
        return { pointer: hole.pointer, value }
      }
      try {
        return { pointer: hole.pointer, value: expressions.render(hole.source, scope) }
      } catch (error) {
        throw new ExpressionError(`${hole.pointer}: ${hole.secret ? 'an expression with a secret could not be rendered' : message(error)}`)
      }
    }),
  )
}
