import { Drop, Liquid } from 'liquidjs'
import type { Context } from 'liquidjs'
import type { Delimiters } from '../contracts/artifact.ts'
import type { Json } from '../contracts/json.ts'

/** What a kind of text may use beyond Liquid's own. */
export interface Language {
  filters: Readonly<Record<string, Filter>>
  /** Parentheses around any operand. */
  grouped: boolean
}

type Filter = (...args: (Json | undefined)[]) => unknown

const limits = { parseLimit: 2_000_000, renderLimit: 2_000, memoryLimit: 20_000_000 }

/** In the middle of a text an object reads as its JSON. */
const readable = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && (Object.getPrototypeOf(value) === Object.prototype || (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null))) ? JSON.stringify(value) : value

/** Without the names that every object has: `render "constructor"` would show the engine's own. */
const noTemplates: Record<string, string> = Object.create(null)

/** Counts what a filter makes against the engine's limit, as its own filters do. */
const metered = (filter: Filter) =>
  function (this: { context: Context }, ...args: (Json | Drop | undefined)[]): unknown {
    // Liquid's own nil, empty and blank.
    const made = filter(...args.map((one) => (one instanceof Drop ? null : one)))
    if (typeof made === 'string' || Array.isArray(made)) this.context.memoryLimit.use(made.length)
    return made
  }

/** LiquidJS on single leaves, strict, without files. */
export function createEngine({ output, tag }: Delimiters, language?: Language): Liquid {
  const engine = new Liquid({
    outputDelimiterLeft: output[0], outputDelimiterRight: output[1], tagDelimiterLeft: tag[0], tagDelimiterRight: tag[1],
    strictVariables: true, strictFilters: true, lenientIf: true, ownPropertyOnly: true, templates: noTemplates,
    // Liquid itself writes what is no text: its type says otherwise.
    outputEscape: readable as never,
    groupedExpressions: language?.grouped ?? false, ...limits,
  })
  for (const [name, filter] of Object.entries(language?.filters ?? {})) engine.registerFilter(name, metered(filter))
  // There is nothing to include; whoever tries is told when the template is imported.
  for (const partial of ['include', 'render', 'layout', 'block']) delete engine.tags[partial]
  return engine
}
