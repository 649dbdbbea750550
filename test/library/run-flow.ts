import { compileFunction } from 'node:vm'
import { DateTime } from 'luxon'
import type { Json, JsonObject } from '../../contracts/json.ts'

/**
 * Runs an n8n workflow as far as the shipped ones use it, with a vendor that a test makes up. It follows n8n's documents on its
 * expressions and nodes; it is no n8n, and says so where it meets a node that it does not know.
 */
export interface VendorRequest { method: string; url: string; query: Record<string, string>; body: JsonObject }
/** What a vendor answers; a status of 400 or more takes the node's error output. */
export type Vendor = (request: VendorRequest) => { status?: number; body: Json }

export interface FlowRun {
  /** Names of the nodes that ran, in order. */
  ran: string[]
  requests: VendorRequest[]
  mails: { to: string; subject: string; text: string }[]
  /** What the webhook was answered, if a node did. */
  response?: JsonObject
}

interface FlowNode { name: string; type: string; parameters: JsonObject; onError?: string }
type Item = JsonObject
interface Condition { leftValue: Json; rightValue: Json; operator: { type: string; operation: string } }
interface Conditions { conditions: Condition[]; combinator: 'and' | 'or' }
interface Scope { items: readonly Item[]; index: number; outputs: ReadonlyMap<string, Item[]> }

class FlowFailure extends Error {}

/** What n8n gives to expressions and code. */
function globalsOf({ items, index, outputs }: Scope): object {
  const node = (name: string) => {
    const found = outputs.get(name)
    if (!found) throw new FlowFailure(`${name} has not run`)
    return { first: () => ({ json: found[0] ?? {} }), item: { json: found[index] ?? found[0] ?? {} } }
  }
  return { $: node, $json: items[index] ?? {}, $input: { first: () => ({ json: items[0] ?? {} }) }, $execution: { id: '1' }, $workflow: { name: 'test' }, DateTime }
}

function evaluateCode(body: string, globals: object): unknown {
  return (compileFunction(body, Object.keys(globals)) as (...values: unknown[]) => unknown)(...Object.values(globals))
}

/** Values come back as plain JSON: what is undefined goes, and dates become texts. */
const plain = (value: unknown): Json => (value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json))

function evaluate(text: Json | undefined, scope: Scope): Json {
  if (typeof text !== 'string' || !text.startsWith('=')) return text ?? null
  const run = (code: string): Json => plain(evaluateCode(`return (${code})`, globalsOf(scope)))
  const whole = /^=\{\{((?:(?!\}\})[\s\S])*)\}\}$/.exec(text)
  if (whole?.[1] !== undefined) return run(whole[1])
  return text.slice(1).replaceAll(/\{\{([\s\S]*?)\}\}/g, (_all, code: string) => { const value = run(code); return typeof value === 'string' ? value : JSON.stringify(value) })
}

const isEmpty = (value: Json): boolean => value === null || value === '' || (Array.isArray(value) && value.length === 0)

function holds({ leftValue, rightValue, operator: { type, operation } }: Condition, scope: Scope): boolean {
  const [left, right] = [evaluate(leftValue, scope), evaluate(rightValue, scope)]
  switch (`${type} ${operation}`) {
    case 'string equals': return String(left ?? '') === String(right ?? '')
    case 'string notEquals': return String(left ?? '') !== String(right ?? '')
    case 'string empty': return isEmpty(left)
    case 'string notEmpty': return !isEmpty(left)
    case 'number gt': return Number(left) > Number(right)
    case 'number gte': return Number(left) >= Number(right)
    case 'boolean true': return left === true
    case 'boolean false': return left === false
    default: throw new Error(`no operator ${type} ${operation}`)
  }
}

const allHold = ({ conditions, combinator }: Conditions, scope: Scope): boolean => (combinator === 'and' ? conditions.every((one) => holds(one, scope)) : conditions.some((one) => holds(one, scope)))

const typed = (value: Json, type: string): Json => {
  if (type === 'number') return Number(value)
  if (type === 'array') return typeof value === 'string' ? (JSON.parse(value) as Json) : value
  if (type === 'boolean') return value === true
  return value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
}

function assign(target: Item, path: string, value: Json): void {
  const [head = '', ...rest] = path.split('.')
  if (rest.length === 0) target[head] = value
  else { target[head] ??= {}; assign(target[head] as Item, rest.join('.'), value) }
}

const parametersOf = (value: Json | undefined): { name: string; value: Json }[] => (value as { parameters: { name: string; value: Json }[] } | undefined)?.parameters ?? []

interface Machine { vendor: Vendor; seen: Set<string>; run: FlowRun }
/** What a node puts out, by output. */
type Kind = (node: FlowNode, scope: Scope, machine: Machine) => Item[][] | Promise<Item[][]>

const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
const through: Kind = (_node, { items, index }) => [[items[index] ?? {}]]

const kindsOfNodes: Record<string, Kind> = {
  webhook: through, scheduleTrigger: through, noOp: through, wait: through,
  set({ parameters }, scope) {
    const made: Item = parameters['includeOtherFields'] === true ? structuredClone(scope.items[scope.index] ?? {}) : {}
    for (const { name, value, type } of (parameters['assignments'] as unknown as { assignments: { name: string; value: Json; type: string }[] }).assignments) assign(made, name, typed(evaluate(value, scope), type))
    return [[made]]
  },
  if: ({ parameters }, scope) => { const item = scope.items[scope.index] ?? {}; return allHold(parameters['conditions'] as unknown as Conditions, scope) ? [[item], []] : [[], [item]] },
  switch({ parameters }, scope) {
    const { values } = parameters['rules'] as unknown as { values: { conditions: Conditions }[] }
    const at = values.findIndex(({ conditions }) => allHold(conditions, scope))
    return [...values, undefined].map((_one, index) => (index === (at < 0 ? values.length : at) ? [scope.items[scope.index] ?? {}] : []))
  },
  removeDuplicates({ parameters }, scope, { seen }) {
    const key = text(evaluate(parameters['dedupeValue'], scope))
    const before = seen.has(key)
    seen.add(key)
    return [before ? [] : [scope.items[scope.index] ?? {}]]
  },
  async code({ parameters }, scope) {
    // For all items at once: n8n has no $json there.
    const made = plain(await evaluateCode(`return (async () => { ${String(parameters['jsCode'])}\n })()`, { ...globalsOf(scope), $json: undefined })) as { json: Item }[]
    return [made.map(({ json }) => json)]
  },
  httpRequest({ parameters }, scope, { vendor, run }) {
    const query = Object.fromEntries(parametersOf(parameters['queryParameters']).map(({ name, value }) => [name, text(evaluate(value, scope))]))
    const sent = evaluate(parameters['jsonBody'], scope)
    const request: VendorRequest = { method: String(parameters['method']), url: text(evaluate(parameters['url'], scope)), query, body: typeof sent === 'string' ? (JSON.parse(sent) as JsonObject) : {} }
    run.requests.push(request)
    const { status = 200, body } = vendor(request)
    if (status >= 400) throw new FlowFailure(`${String(status)} ${text(body)}`)
    return [[body as Item]]
  },
  emailSend({ parameters }, scope, { run }) {
    const of = (key: string) => text(evaluate(parameters[key], scope))
    run.mails.push({ to: of('toEmail'), subject: of('subject'), text: of('text') })
    return [[{}]]
  },
  respondToWebhook({ parameters }, scope, { run }) {
    run.response ??= JSON.parse(text(evaluate(parameters['responseBody'], scope))) as JsonObject
    return through({ name: '', type: '', parameters: {} }, scope, { vendor: () => ({ body: {} }), seen: new Set(), run })
  },
}

async function outputsOf(node: FlowNode, items: readonly Item[], outputs: ReadonlyMap<string, Item[]>, machine: Machine): Promise<Item[][]> {
  const kind = kindsOfNodes[node.type.slice(node.type.lastIndexOf('.') + 1)]
  if (!kind) throw new Error(`no node of type ${node.type} is known here`)
  const made: Item[][] = []
  // A code node runs once for all items, the others once for each.
  for (const index of node.type.endsWith('.code') ? [0] : items.keys()) {
    try {
      for (const [at, more] of (await kind(node, { items, index, outputs }, machine)).entries()) made[at] = [...(made[at] ?? []), ...more]
    } catch (error) {
      if (node.onError !== 'continueErrorOutput') throw error
      made[1] = [...(made[1] ?? []), { error: { message: error instanceof Error ? error.message : String(error) } }]
    }
  }
  return made
}

/** Starts at the named trigger with one item. `seen` keeps what a node has seen in earlier executions. */
export async function runFlow(spec: JsonObject, trigger: string, item: JsonObject, vendor: Vendor, seen = new Set<string>()): Promise<FlowRun> {
  const nodes = spec['nodes'] as unknown as FlowNode[]
  const connections = spec['connections'] as unknown as Record<string, { main: { node: string }[][] }>
  const run: FlowRun = { ran: [], requests: [], mails: [] }
  const outputs = new Map<string, Item[]>()
  const queue: { name: string; items: Item[] }[] = [{ name: trigger, items: [item] }]
  for (const { name, items } of queue) {
    const node = nodes.find((one) => one.name === name)
    if (!node) throw new Error(`there is no node ${name}`)
    run.ran.push(name)
    const made = await outputsOf(node, items, outputs, { vendor, seen, run })
    outputs.set(name, made.flat())
    for (const [at, next] of (connections[name]?.main ?? []).entries()) for (const { node: to } of next) if ((made[at] ?? []).length > 0) queue.push({ name: to, items: made[at] ?? [] })
  }
  return run
}
