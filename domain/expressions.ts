import { Drop, Liquid, TokenKind } from 'liquidjs'
import type { Context, Template, Token } from 'liquidjs'
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
  /** Every name that it reads, by its parts; undefined where a part is computed. */
  paths(text: string): (string | undefined)[][]
  /** A leaf that is one expression keeps its type; any other gives a string. */
  render(text: string, scope: object): Json
  /** Always a text, also of a leaf that is one expression. */
  renderText(text: string, scope: Scope): string
  /** The expression that reads another resource's id. */
  idOf(resource: string): string
}

/** What a kind of text may use beyond Liquid's own. */
export interface Language {
  filters: Readonly<Record<string, (...args: never[]) => unknown>>
  /** Parentheses around any operand. */
  grouped: boolean
}

const limits = { parseLimit: 2_000_000, renderLimit: 2_000, memoryLimit: 20_000_000 }
/** Over all leaves of one artifact. The engine's own limits hold for one leaf each, and do not count what it puts out. */
const total = { renderMs: 5_000, characters: 32 * 1024 * 1024 }
const cacheSize = 1_000

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

/** In the middle of a text an object reads as its JSON. */
const readable = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && (Object.getPrototypeOf(value) === Object.prototype || (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null))) ? JSON.stringify(value) : value

/** Without the names that every object has: `render "constructor"` would show the engine's own. */
const noTemplates = Object.create(null) as Record<string, string>

/** Counts what a filter makes against the engine's limit, as its own filters do. */
const metered = (filter: (...args: never[]) => unknown) =>
  function (this: { context: Context }, ...args: unknown[]): unknown {
    // Liquid's own nil, empty and blank.
    const made = filter(...(args.map((one) => (one instanceof Drop ? null : one)) as never[]))
    if (typeof made === 'string' || Array.isArray(made)) this.context.memoryLimit.use(made.length)
    return made
  }

/** Parses and renders the expressions of one artifact: LiquidJS on single leaves, strict, without files. */
export function createExpressions({ output, tag }: Delimiters = defaultDelimiters, language?: Language): Expressions {
  const engine = new Liquid({
    outputDelimiterLeft: output[0], outputDelimiterRight: output[1], tagDelimiterLeft: tag[0], tagDelimiterRight: tag[1],
    strictVariables: true, strictFilters: true, lenientIf: true, ownPropertyOnly: true, templates: noTemplates, outputEscape: readable as never,
    groupedExpressions: language?.grouped ?? false, ...limits,
  })
  for (const [name, filter] of Object.entries(language?.filters ?? {})) engine.registerFilter(name, metered(filter))
  // There is nothing to include; whoever tries is told when the template is imported.
  for (const partial of ['include', 'render', 'layout', 'block']) delete engine.tags[partial]
  const spent = { renderMs: 0, characters: 0 }
  const parsed = new Map<string, Template[]>()

  const guard = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw new ExpressionError(firstLine(error), { cause: error })
    }
  }

  /** Adds what a rendering cost to the artifact's account. */
  const counted = <T>(work: () => T): T => {
    if (spent.renderMs > total.renderMs) throw new ExpressionError('the template takes too long to render')
    const began = Date.now()
    try {
      const value = work()
      if (typeof value === 'string') spent.characters += value.length
      if (spent.characters > total.characters) throw new ExpressionError('the template grows beyond 32 MiB')
      return value
    } finally {
      spent.renderMs += Date.now() - began
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

  const whole = (templates: Template[], scope: object): string => counted(() => guard(() => engine.renderSync(templates, scope) as string))

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
      const value = counted(() => guard(() => engine.evalValueSync(inner, scope) as Json | Drop | undefined))
      // Liquid's own nil, empty and blank.
      if (value instanceof Drop) return null
      if (value === undefined) throw new ExpressionError(`${inner.trim()} has no value`)
      return value
    },
    renderText: (text, scope) => whole(parse(text), scope),
  }
}
