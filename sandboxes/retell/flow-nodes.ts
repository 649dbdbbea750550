import { isRecord } from '../record.ts'
import { isSet } from './fields.ts'
import { refuse } from './refusal.ts'

const nodeTypes = new Set(
  `conversation subagent end function code transfer_call press_digit branch sms extract_dynamic_variables agent_swap mcp
  component bridge_transfer cancel_transfer`.split(/\s+/),
)

/** Refuses nodes that are no graph: without an id, of an unknown type, or with an edge to nowhere. */
export function checkNodes(nodes: unknown[], start: unknown): void {
  const ids = nodes.map((node) => {
    if (!isRecord(node) || typeof node['id'] !== 'string' || node['id'] === '') return refuse('Every node needs an id')
    if (!nodeTypes.has(String(node['type']))) refuse(`Node ${node['id']} has the unknown type ${String(node['type'])}`)
    return node['id']
  })
  if (new Set(ids).size !== ids.length) refuse('Node ids must be unique')
  const astray = destinations(nodes).find((target) => !ids.includes(target))
  if (astray !== undefined) refuse(`destination_node_id ${astray} does not exist`)
  if (isSet(start) && !ids.includes(String(start))) refuse(`start_node_id ${String(start)} does not exist`)
}

/** Edges sit in several places of a node (edges, edge, else_edge, …), so all of it is searched. */
function destinations(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(destinations)
  if (!isRecord(value)) return []
  const own = value['destination_node_id']
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(value).flatMap(destinations)]
}
