import type { Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { isRecord } from '../record.ts'
import { paginate } from './page.ts'
import { refuse } from './refusal.ts'
import { newest } from './versions.ts'
import type { Versioned } from './versions.ts'
import { readBody } from './wire.ts'
import type { Fields } from './wire.ts'

export function agentListRoute(app: Router, sandbox: SandboxContext): void {
  app.post('/v2/list-agents', (req, res) => {
    const wanted = agentFilter(readBody(req)['filter_criteria'])
    const found = sandbox.store.list<Versioned>('agent').filter(({ id, body }) => wanted(id, body))
    res.json(paginate(req, sandbox, found, ({ id, body }) => agentItem(id, body)))
  })
}

function agentFilter(criteria: unknown): (id: string, agent: Versioned) => boolean {
  if (criteria === undefined || criteria === null) return () => true
  if (!isRecord(criteria)) return refuse('filter_criteria must be an object')
  const { query, channel } = criteria
  if (query !== undefined && typeof query !== 'string') refuse('filter_criteria.query must be a string')
  if (channel !== undefined && (!isRecord(channel) || channel['type'] !== 'string' || channel['op'] !== 'eq')) {
    refuse('filter_criteria.channel must be {type: "string", op: "eq", value}')
  }
  const text = typeof query === 'string' ? query.toLowerCase() : ''
  const value = isRecord(channel) ? channel['value'] : undefined
  return (id, agent) => {
    const name = String(newest(agent).fields['agent_name'] ?? '').toLowerCase()
    return (name.includes(text) || id.includes(text)) && (value === undefined || agent.channel === value)
  }
}

function agentItem(id: string, agent: Versioned): Fields {
  const { fields, last_modification_timestamp: modified } = newest(agent)
  return { agent_id: id, agent_name: fields['agent_name'] ?? null, channel: agent.channel, tags: [], user_modified_timestamp: modified }
}
