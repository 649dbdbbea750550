/** A step as far as order is concerned. */
export interface Node {
  id: string
  needs: readonly string[]
  /** A list: the steps that run when this one fails. */
  onFailure: 'stop' | 'continue' | readonly string[]
}

export type NodeState = 'pending' | 'running' | 'success' | 'failed' | 'skipped' | 'cancelled'

/** Who names a step in its onFailure: it runs only when one of them fails. */
export function handledBy(nodes: readonly Node[]): Map<string, string[]> {
  const handled = new Map<string, string[]>()
  for (const { id, onFailure } of nodes) if (typeof onFailure === 'object') for (const handler of onFailure) handled.set(handler, [...(handled.get(handler) ?? []), id])
  return handled
}

/** Failed in a way that stops the others. */
export const stops = ({ id, onFailure }: Node, states: ReadonlyMap<string, NodeState>): boolean => states.get(id) === 'failed' && onFailure !== 'continue'

const isOver = (state: NodeState | undefined): boolean => state !== 'pending' && state !== 'running'

/**
 * What may begin now, and what will never run. A step begins when all it needs is over; one that was skipped by its own condition,
 * or failed with `continue`, holds nobody up. After any other failure only the steps that answer to it begin.
 */
export function due(nodes: readonly Node[], states: ReadonlyMap<string, NodeState>, handlers = handledBy(nodes)): { start: string[]; skip: string[] } {
  const stopped = new Set(nodes.filter((node) => stops(node, states)).map(({ id }) => id))
  const start: string[] = []
  const skip: string[] = []
  for (const { id, needs } of nodes) {
    if (states.get(id) !== 'pending') continue
    const causes = handlers.get(id)
    if (!causes) {
      if (stopped.size > 0) skip.push(id)
      else if (needs.every((need) => isOver(states.get(need)))) start.push(id)
      continue
    }
    if (!causes.every((cause) => isOver(states.get(cause)))) continue
    if (!causes.some((cause) => states.get(cause) === 'failed') || needs.some((need) => stopped.has(need) && !causes.includes(need))) skip.push(id)
    else if (needs.every((need) => isOver(states.get(need)))) start.push(id)
  }
  return { start, skip }
}

/** For each step, all that came before it by the time it runs: what it needs, directly or indirectly, and what it answers to. */
export function before(nodes: readonly Node[]): Map<string, Set<string>> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const handlers = handledBy(nodes)
  const known = new Map<string, Set<string>>()
  const walk = (id: string): Set<string> => {
    const found = known.get(id)
    if (found) return found
    const all = new Set<string>()
    known.set(id, all)
    for (const one of [...(byId.get(id)?.needs ?? []), ...(handlers.get(id) ?? [])]) {
      all.add(one)
      for (const further of walk(one)) all.add(further)
    }
    return all
  }
  for (const { id } of nodes) walk(id)
  return known
}

/** A step and all that follow from it. */
export function following(nodes: readonly Node[], from: readonly string[]): Set<string> {
  const earlier = before(nodes)
  return new Set(nodes.map(({ id }) => id).filter((id) => from.some((one) => one === id || earlier.get(id)?.has(one))))
}
