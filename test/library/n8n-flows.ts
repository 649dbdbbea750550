import { Script } from 'node:vm'
import type { JsonObject } from '../../contracts/json.ts'

interface FlowNode { name: string; type: string; typeVersion: number; position: number[]; parameters: JsonObject; onError?: string }
type Connections = Record<string, { main: { node: string }[][] }>

const isTrigger = ({ type }: FlowNode): boolean => /webhook$|Trigger$/.test(type)

function parses(code: string): string | undefined {
  try {
    new Script(`(async () => { ${code}\n })`)
    return undefined
  } catch (error) {
    return String(error)
  }
}

/** What stands between n8n's braces: an expression ends at the first two that close. */
const expressionsIn = (text: string): string[] => (text.startsWith('=') ? [...text.matchAll(/\{\{([\s\S]*?)\}\}/g)].map(([, code = '']) => code) : [])

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/** All nodes that a run can come to, from any trigger. */
function reached(nodes: readonly FlowNode[], connections: Connections): Set<string> {
  const found = new Set(nodes.filter(isTrigger).map(({ name }) => name))
  for (const name of found) for (const { node } of (connections[name]?.main ?? []).flat()) found.add(node)
  return found
}

/** What n8n would stumble over, as far as the document alone tells. */
export function flowProblems(spec: JsonObject): string[] {
  const nodes = spec['nodes'] as unknown as FlowNode[]
  const connections = spec['connections'] as unknown as Connections
  const names = nodes.map(({ name }) => name)
  const live = reached(nodes, connections)
  const wired = Object.entries(connections).flatMap(([from, { main }]) => main.flat().map(({ node }) => [from, node] as const))
  return [
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `two nodes are called ${name}`),
    ...wired.flatMap(([from, to]) => [from, to].filter((name) => !names.includes(name)).map((name) => `there is no node ${name}`)),
    ...wired.filter(([from, to]) => from === to).map(([from]) => `${from} leads to itself`),
    ...nodes.filter(({ name, type }) => !live.has(name) && !type.endsWith('stickyNote')).map(({ name }) => `${name} is never reached`),
    ...nodes.filter(({ onError, name }) => onError === 'continueErrorOutput' && (connections[name]?.main[1] ?? []).length === 0).map(({ name }) => `${name} fails to nowhere`),
    ...nodes.filter(({ position, typeVersion }) => position.length !== 2 || typeof typeVersion !== 'number').map(({ name }) => `${name} lacks a place or a version`),
    ...nodes.flatMap(({ name, parameters }) => textsIn(parameters).flatMap((text) => [
      ...expressionsIn(text).flatMap((code) => parses(`return (${code})`) ?? []).map((error) => `${name}: ${error} in ${text.slice(0, 80)}`),
      ...[...text.matchAll(/\$\('([^']+)'\)/g)].filter(([, read = '']) => !names.includes(read)).map(([, read = '']) => `${name} reads the node ${read}, which is not there`),
    ])),
    ...nodes.filter(({ type }) => type === 'n8n-nodes-base.code').flatMap(({ name, parameters }) => { const error = parses(String(parameters['jsCode'])); return error === undefined ? [] : [`${name}: ${error}`] }),
  ]
}
