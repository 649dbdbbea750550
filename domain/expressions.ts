import { Liquid, TokenKind } from 'liquidjs'
import type { Template, Token } from 'liquidjs'
import type { Delimiters } from '../contracts/artifact.ts'
import type { Json } from '../contracts/json.ts'

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
  /** A leaf that is one expression keeps its type; any other gives a string. */
  render(text: string, scope: Scope): Json
  /** The expression that reads another resource's id. */
  idOf(resource: string): string
}

const limits = { parseLimit: 2_000_000, renderLimit: 2_000, memoryLimit: 20_000_000 }
const cacheSize = 1_000

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

/** Parses and renders the expressions of one artifact: LiquidJS on single leaves, strict, without files. */
export function createExpressions({ output, tag }: Delimiters = defaultDelimiters): Expressions {
  const engine = new Liquid({
    outputDelimiterLeft: output[0], outputDelimiterRight: output[1], tagDelimiterLeft: tag[0], tagDelimiterRight: tag[1],
    strictVariables: true, strictFilters: true, lenientIf: true, ownPropertyOnly: true, templates: {}, ...limits,
  })
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

  /** `variables.count` of a leaf that is nothing but `${{ variables.count }}`. */
  const single = (templates: Template[]): string | undefined => {
    const only = templates.length === 1 ? (templates[0]?.token as (Token & { content?: string }) | undefined) : undefined
    return only?.kind === TokenKind.Output ? only.content : undefined
  }

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
      return found
    },
    render(text, scope) {
      const templates = parse(text)
      const inner = single(templates)
      if (inner === undefined) return guard(() => engine.renderSync(templates, scope) as string)
      const value = guard(() => engine.evalValueSync(inner, scope) as Json | undefined)
      if (value === undefined) throw new ExpressionError(`${inner.trim()} has no value`)
      return value
    },
  }
}
