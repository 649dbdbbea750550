import type { Delimiters } from '../contracts/artifact.ts'
import type { ProblemError } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { createExpressions } from './expressions.ts'
import type { Expressions } from './expressions.ts'
import { isObject } from './json.ts'
import { parseOldYaml } from './old-yaml.ts'
import { step } from './pointer.ts'
import { projectLanguage } from './project-language.ts'
import { printed } from './python-values.ts'
import { checkVariables, propertiesOf, requiredIn } from './variables.ts'
import { cycleIn } from './waves.ts'

/** What a project's variables may say beyond JSON Schema: each an expression over the other variables. */
const keywords = { default: 'x-default', when: 'x-when', validate: 'x-validate' } as const

interface Rules {
  /** Computed where none is given. */
  default: string | undefined
  /** Asked for only where this is true; else its default holds. */
  when: string | undefined
  /** Gives the text of what is wrong, or none. */
  validate: string | undefined
  /** Computed always: may not be given. */
  readOnly: boolean
  type: Json | undefined
  /** Of a list (`x-ordered: true`): its choices, in whose order it is put. */
  order: Json[] | undefined
}

/** Each variable with what is said of it, which may be a mere true. */
const declared = (schema: JsonObject): [string, JsonObject][] => Object.entries(propertiesOf(schema)).map(([name, property]) => [name, isObject(property) ? property : {}])

const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

function rulesOf(schema: JsonObject): Record<string, Rules> {
  return Object.fromEntries(declared(schema).map(([name, property]) => [name, {
    default: textOf(property[keywords.default]), when: textOf(property[keywords.when]), validate: textOf(property[keywords.validate]),
    readOnly: property['readOnly'] === true, type: property['type'], order: orderOf(property),
  }]))
}

function orderOf({ 'x-ordered': ordered, items }: JsonObject): Json[] | undefined {
  const choices = isObject(items) ? items['enum'] : undefined
  return ordered === true && Array.isArray(choices) ? choices : undefined
}

/** Everything that can be known to be wrong with these keywords before a value is seen. */
export function checkRules(schema: JsonObject, delimiters: Delimiters | undefined): ProblemError[] {
  const expressions = createExpressions(delimiters, projectLanguage)
  const names = new Set([...Object.keys(propertiesOf(schema)), 'projectName'])
  const problems: ProblemError[] = []
  const needs = new Map<string, string[]>()
  for (const [name, property] of declared(schema)) {
    for (const keyword of Object.values(keywords)) {
      const source = property[keyword]
      if (source === undefined) continue
      const pointer = `/variables/properties${step(name)}/${keyword}`
      if (typeof source !== 'string') {
        problems.push({ pointer, message: 'must be an expression, in a text' })
        continue
      }
      const messages = ruleProblems(source, expressions, names)
      problems.push(...messages.map((message) => ({ pointer, message })))
      if (messages.length === 0 && keyword !== keywords.validate) needs.set(name, [...(needs.get(name) ?? []), ...expressions.reads(source).variables])
    }
  }
  const cycle = cycleIn([...needs].map(([name, reads]) => ({ name, provider: '', needs: reads })))
  return cycle ? [...problems, { pointer: `/variables/properties${step(cycle[0] ?? '')}`, message: `needs itself: ${cycle.join(' → ')}` }] : problems
}

function ruleProblems(source: string, expressions: Expressions, names: ReadonlySet<string>): string[] {
  try {
    const reads = expressions.reads(source)
    return [
      ...reads.variables.filter((name) => !names.has(name)).map((name) => `variables.${name} is not declared under variables`),
      ...(reads.unknown.length + reads.resources.length + reads.kb.length > 0 ? ['knows variables only'] : []),
      ...(reads.dynamic ? ['must name the variables it reads: variables.name'] : []),
    ]
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

/** A yes in any of the words that people answer with. */
const isYes = (text: string): boolean => {
  const word = text.trim().toLowerCase()
  if (['y', 'yes', 't', 'true', 'on'].includes(word)) return true
  if (['n', 'no', 'f', 'false', 'off', '~', 'null', 'none', ''].includes(word)) return false
  return Number.isNaN(Number(word)) || Number(word) !== 0
}

/** An expression mostly gives a text; where the schema wants another type, what the text says. */
function typed(value: Json, type: Json | undefined): Json {
  if (typeof value !== 'string' || type === 'string' || value.trim() === '') return value
  if ((type === 'integer' || type === 'number') && !Number.isNaN(Number(value))) return Number(value)
  if (type === 'array') return listIn(value)
  return type === 'boolean' ? isYes(value) : value
}

/** `[a, b]`; any other text stays one, and is refused for it. */
function listIn(text: string): Json {
  try {
    const value = parseOldYaml(text)
    return Array.isArray(value) ? value : text
  } catch {
    return text
  }
}

export interface Answers {
  values: Record<string, Json>
  problems: ProblemError[]
}

/**
 * A project's variables: those given, the schema's defaults, and those that are computed from others. Pointers of `problems` are
 * those of the variables: `/license`.
 */
export function completeAnswers(schema: JsonObject, given: JsonObject, projectName: string, delimiters: Delimiters | undefined): Answers {
  const rules = rulesOf(schema)
  const owned = Object.keys(given).filter((name) => name === 'projectName' || rules[name]?.readOnly === true)
  if (owned.length > 0) return { values: {}, problems: owned.map((name) => ({ pointer: step(name), message: name === 'projectName' ? 'stands beside the parameters, not among them' : 'is computed, and cannot be given' })) }

  const named = Object.hasOwn(rules, 'projectName') ? { projectName } : {}
  const first = checkVariables(withoutComputed(schema, rules), { ...given, ...named })
  if (first.problems.length > 0) return first
  const computed = compute(rules, given, { ...first.values, projectName }, createExpressions(delimiters, projectLanguage))
  if (computed.problems.length > 0) return computed
  const present = Object.entries(computed.values).filter(([name]) => !computed.absent.has(name) && (name !== 'projectName' || name in named))
  const required = requiredIn(schema).filter((name) => !computed.absent.has(name))
  const last = checkVariables({ ...schema, required }, Object.fromEntries(present))
  return { values: { ...computed.values, ...last.values }, problems: last.problems }
}

/** What the given values alone must fit: no computed one is missed yet. */
function withoutComputed(schema: JsonObject, rules: Record<string, Rules>): JsonObject {
  const kept = Object.entries(schema).filter(([key]) => ['$defs', 'definitions', 'properties', 'additionalProperties'].includes(key))
  return { ...Object.fromEntries(kept), type: 'object', required: requiredIn(schema).filter((name) => rules[name]?.default === undefined && rules[name]?.when === undefined) }
}

function compute(rules: Record<string, Rules>, given: JsonObject, known: Record<string, Json>, expressions: Expressions): Answers & { absent: Set<string> } {
  const values = { ...known }
  const absent = new Set<string>()
  const problems: ProblemError[] = []
  const settled = new Set<string>()
  const scope = () => ({ variables: values, kb: {}, resources: {} })
  const refuse = (name: string, error: unknown) => { problems.push({ pointer: step(name), message: error instanceof Error ? error.message : String(error) }) }

  const settle = (name: string): void => {
    const rule = rules[name]
    if (rule === undefined || settled.has(name)) return
    settled.add(name)
    const [list, order] = [values[name], rule.order]
    if (Array.isArray(list) && order) values[name] = order.filter((choice) => list.includes(choice))
    for (const source of [rule.when, rule.default]) if (source !== undefined) expressions.reads(source).variables.forEach(settle)
    try {
      const asked = rule.when === undefined || isYes(printed(expressions.render(rule.when, scope())))
      if (!asked && Object.hasOwn(given, name)) problems.push({ pointer: step(name), message: 'is not asked for with these answers: leave it out' })
      if (Object.hasOwn(given, name) || (name === 'projectName')) return
      if (rule.default !== undefined) values[name] = typed(expressions.render(rule.default, scope()), rule.type)
      // Not asked for and without a default: there, but empty.
      else if (!asked && !Object.hasOwn(values, name)) {
        absent.add(name)
        values[name] = ''
      }
    } catch (error) {
      refuse(name, error)
    }
  }

  Object.keys(rules).forEach(settle)
  for (const [name, { validate }] of Object.entries(rules)) {
    if (validate === undefined || problems.length > 0) continue
    try {
      const wrong = expressions.renderText(validate, scope()).trim()
      if (wrong !== '') problems.push({ pointer: step(name), message: wrong })
    } catch (error) {
      refuse(name, error)
    }
  }
  return { values, problems, absent }
}
