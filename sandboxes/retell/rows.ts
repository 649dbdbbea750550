import type { SandboxRow, SandboxStore } from '../kernel.ts'
import { showAgent } from './agent.ts'
import { flowEngine, llmEngine } from './engine-kinds.ts'
import type { Engine } from './engine-kinds.ts'
import { showEngine } from './engine.ts'
import { showKnowledgeBase } from './knowledge-bases.ts'
import type { KnowledgeBase } from './knowledge-bases.ts'
import { showPhoneNumber } from './phone-numbers.ts'
import { newest } from './versions.ts'
import type { Versioned } from './versions.ts'
import type { Fields } from './wire.ts'

/** What there is, one row per resource: of agents and engines the newest version. */
export const retellRows = (store: SandboxStore): SandboxRow[] => [
  ...engineRows(store, llmEngine),
  ...engineRows(store, flowEngine),
  ...store.list<Versioned>('agent').map(({ id, body }): SandboxRow => {
    const { channel, ...agent } = { channel: body.channel, ...showAgent(id, newest(body)) }
    return { type: 'agent', id, name: text(newest(body).fields['agent_name']), body: { ...agent, channel } }
  }),
  ...store.list<KnowledgeBase>('knowledge-base').map(({ id, body }): SandboxRow => ({
    type: 'knowledge-base',
    id,
    name: body.name,
    // With the texts, which the API never gives back, so that a test can see what arrived.
    body: { ...showKnowledgeBase(id, body), knowledge_base_sources: body.sources },
  })),
  ...store.list<Fields>('phone-number').map(({ id, body }): SandboxRow => ({
    type: 'phone-number',
    id,
    name: id,
    body: showPhoneNumber(body),
  })),
]

const engineRows = (store: SandboxStore, engine: Engine): SandboxRow[] =>
  store.list<Versioned>(engine.type).map(({ id, body }) => {
    const shown = showEngine(engine, id, newest(body))
    return { type: engine.type, id, name: markerIn(shown), body: shown }
  })

/** Engines have no name: what a client marked them with, such as `sw-7f3a9c2e`, or nothing. */
const markerIn = (fields: Fields): string => /\[?\bsw-[0-9a-f]{6,}\b\]?/.exec(JSON.stringify(fields['default_dynamic_variables'] ?? {}))?.[0] ?? ''

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
