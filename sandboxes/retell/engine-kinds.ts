import type { SandboxStore } from '../kernel.ts'
import { checkFlow, checkLlm } from './engine-rules.ts'
import { flowFields, llmFields } from './field-tables.ts'
import type { FieldTable } from './field-tables.ts'
import type { Fields } from './wire.ts'

/** The two kinds of response engine behind an agent. */
export interface Engine {
  type: 'llm' | 'conversation-flow'
  what: string
  idField: 'llm_id' | 'conversation_flow_id'
  prefix: string
  path: string
  listPath: string
  fields: FieldTable
  published: string
  defaults(fields: Fields): Fields
  check(fields: Fields, store: SandboxStore): void
}

export const llmEngine: Engine = {
  type: 'llm',
  what: 'llm',
  idField: 'llm_id',
  prefix: 'llm',
  path: 'retell-llm',
  listPath: '/v2/list-retell-llms',
  fields: llmFields,
  published: 'Cannot update published LLM',
  defaults: ({ s2s_model: speech }) => (typeof speech === 'string' ? {} : { model: 'gpt-4.1' }),
  check: checkLlm,
}

export const flowEngine: Engine = {
  type: 'conversation-flow',
  what: 'conversation flow',
  idField: 'conversation_flow_id',
  prefix: 'conversation_flow',
  path: 'conversation-flow',
  listPath: '/v2/list-conversation-flows',
  fields: flowFields,
  published: 'Cannot update published conversation flow',
  defaults: () => ({}),
  check: checkFlow,
}
