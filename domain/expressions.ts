import { Drop, Output } from 'liquidjs'
import type { Template } from 'liquidjs'
import type { Delimiters } from '../contracts/artifact.ts'
import type { Json } from '../contracts/json.ts'
import { createEngine } from './liquid-engine.ts'
import type { Language } from './liquid-engine.ts'
import { createBudget } from './rendering-budget.ts'

export const defaultDelimiters: Delimiters = { output: ['${{', '}}'], tag: ['${%', '%}'] }

/** What an expression reads: `variables.name`, `resources.brain.id`, `kb.policies`. */
export interface Reads {
  variables: string[]
  resources: { name: string; field: string }[]
  kb: string[]
  /** True when a name is computed (`variables[x]`, `variables` whole), so that nothing can be ruled out. */
  dynamic: boolean
  /** Reads of anything else. */
  unknown: string[]
}

export interface Scope {
  variables: Record<string, Json>
  kb: Record<string, string>
  resources: Record<string, { id: string; url: string }>
}

/** The text of an expression that cannot be parsed or rendered; `message` is for the template's author. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
}

export interface Expressions {
  /** True when the text holds an opening delimiter; any other text is literal. */
  isExpression(text: string): boolean
  reads(text: string): Reads
  /** Every name that it reads, by its parts; undefined where a part is computed. */
  paths(text: string): (string | undefined)[][]
  /** A leaf that is one expression keeps its type; any other gives a string. */
  render(text: string, scope: object): Json
  /** Always a text, also of a leaf that is one expression. */
  renderText(text: string, scope: Scope): string
  /** The expression that reads another resource's id. */
  idOf(resource: string): string
}

const cacheSize = 1_000

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

/** `variables.count` of a leaf that is nothing but `${{ variables.count }}`. */
function single([only, ...more]: readonly Template[]): string | undefined {
  return only instanceof Output && more.length === 0 ? only.token.content : undefined
}

/** Parses and renders the expressions of one artifact. */
export function createExpressions(delimiters: Delimiters = defaultDelimiters, language?: Language): Expressions {
  const { output, tag } = delimiters
  const engine = createEngine(delimiters, language)
  const counted = createBudget()
  const parsed = new Map<string, Template[]>()

  const guard = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw new ExpressionError(firstLine(error), { cause: error })
    }
  }

  const parse = (text: string): Template[] => {
    const known = parsed.get(text)
    if (known) return known
    const templates = guard(() => engine.parse(text))
    if (parsed.size >= cacheSize) parsed.clear()
    parsed.set(text, templates)
    return templates
  }

  const whole = (templates: Template[], scope: object): string => guard(() => counted(() => engine.renderSync(templates, scope)))

  return {
    isExpression: (text) => text.includes(output[0]) || text.includes(tag[0]),
    idOf: (resource) => `${output[0]} resources.${resource}.id ${output[1]}`,
    reads(text) {
      const found: Reads = { variables: [], resources: [], kb: [], dynamic: false, unknown: [] }
      for (const [root, name, field] of guard(() => engine.globalVariableSegmentsSync(parse(text)))) {
        if (root !== 'variables' && root !== 'resources' && root !== 'kb') found.unknown.push(String(root))
        else if (typeof name !== 'string') found.dynamic = true
        else if (root === 'resources') found.resources.push({ name, field: String(field) })
        else found[root].push(name)
      }
      // Filters such as where_exp take an expression as a text, which may read anything.
      if (/_exp\b/.test(text)) found.dynamic = true
      return found
    },
    paths: (text) => guard(() => engine.globalVariableSegmentsSync(parse(text))).map((path) => path.map((part) => (typeof part === 'string' ? part : undefined))),
    render(text, scope) {
      const templates = parse(text)
      const inner = single(templates)
      if (inner === undefined) return whole(templates, scope)
      const value = guard((): Json | Drop | undefined => counted(() => engine.evalValueSync(inner, scope)))
      // Liquid's own nil, empty and blank.
      if (value instanceof Drop) return null
      if (value === undefined) throw new ExpressionError(`${inner.trim()} has no value`)
      return value
    },
    renderText: (text, scope) => whole(parse(text), scope),
  }
}
