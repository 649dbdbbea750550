import { createHash } from 'node:crypto'
import type { TemplateArtifact } from '../../contracts/artifact.ts'

export const templateName = 'front-desk'
export const targets = ['retell', 'n8n', 'ghl']
export const tagName = 'front desk'

/** The template that chaos deploys: every provider, references within and across them, a secret, and all stages of Supabase. */
export const template: Omit<TemplateArtifact, 'meta'> = {
  kind: 'project',
  name: templateName,
  version: '1.0.0',
  variables: {
    type: 'object', required: ['company'],
    properties: { company: { type: 'string', minLength: 1 }, token: { type: 'string', writeOnly: true, default: 'a shared secret' } },
  },
  resources: {
    brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', model: 'gpt-4.1', general_prompt: 'You answer the phone for ${{ variables.company }}.' } },
    receptionist: { provider: 'retell', type: 'agent', spec: { agent_name: '${{ variables.company }} receptionist', voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: '${{ resources.brain.id }}' } } },
    key: { provider: 'n8n', type: 'credential', spec: { name: '${{ variables.company }} key', type: 'httpHeaderAuth', data: { name: 'X-Token', value: '${{ variables.token }}' } } },
    intake: {
      provider: 'n8n', type: 'workflow', spec: {
        name: '${{ variables.company }} intake', tags: [tagName], settings: { executionOrder: 'v1' }, connections: {},
        nodes: [{
          id: 'keep', name: 'Keep', type: 'n8n-nodes-base.set', typeVersion: 3.4, position: [0, 0],
          parameters: { assignments: { assignments: [{ id: 'a1', name: 'agent', value: '${{ resources.receptionist.id }}', type: 'string' }] } },
          credentials: { httpHeaderAuth: { id: '${{ resources.key.id }}', name: '${{ variables.company }} key' } },
        }],
      },
    },
    source: { provider: 'ghl', type: 'customField', spec: { name: '${{ variables.company }} lead source', dataType: 'TEXT', model: 'contact' } },
    practice: { provider: 'ghl', type: 'customValue', spec: { name: '${{ variables.company }} practice', value: '${{ resources.receptionist.id }}' } },
  },
  initialization: {
    prompts: [{ key: 'summary', content: 'Summarize the call for ${{ variables.company }}.' }, { key: 'greeting', content: 'Welcome to ${{ variables.company }}.' }],
    documents: [{ key: 'about', content: '${{ variables.company }} is open.', metadata: { topic: 'hours' } }],
  },
}

/** One row of a sandbox's state. */
export interface SandboxRow {
  type: string
  id: string
  name: string
  body: Record<string, unknown>
}

/** Names that no other client's names begin with. */
export const companyOf = (number: number): string => `Practice ${String(number).padStart(4, '0')}`

/** What one client has, told by what people see of it and not by the marks that the product finds it by. */
export const logicalNames = ['retell/brain', 'retell/receptionist', 'n8n/key', 'n8n/intake', 'ghl/source', 'ghl/practice', 'supabase/prompt summary', 'supabase/prompt greeting', 'supabase/document about'] as const

const patterns: Record<string, { type: string; text: (row: SandboxRow) => unknown; pattern: RegExp; name: string }[]> = {
  retell: [
    { name: 'brain', type: 'llm', text: ({ body }) => body['general_prompt'], pattern: /^You answer the phone for (Practice \d{4})\.$/ },
    { name: 'receptionist', type: 'agent', text: ({ body }) => body['agent_name'], pattern: /^(Practice \d{4}) receptionist( \[|$)/ },
  ],
  n8n: [
    { name: 'key', type: 'credential', text: ({ name }) => name, pattern: /^(Practice \d{4}) key( \[|$)/ },
    { name: 'intake', type: 'workflow', text: ({ name }) => name, pattern: /^(Practice \d{4}) intake( \[|$)/ },
  ],
  ghl: [
    { name: 'source', type: 'customField', text: ({ name }) => name, pattern: /^(Practice \d{4}) lead source$/ },
    { name: 'practice', type: 'customValue', text: ({ name }) => name, pattern: /^(Practice \d{4}) practice$/ },
  ],
  supabase: ['summary', 'greeting', 'about'].map((key) => ({
    name: `${key === 'about' ? 'document' : 'prompt'} ${key}`, type: key === 'about' ? 'document' : 'prompt', text: ({ name, body }: SandboxRow) => (name === key ? body['content'] : undefined), pattern: /(Practice \d{4})/,
  })),
}

/** Whose it is and which of the template's resources; `undefined`: nobody's of ours. */
export function ownerOf(provider: string, row: SandboxRow): { company: string; logical: string } | undefined {
  for (const { name, type, text, pattern } of patterns[provider] ?? []) {
    const company = row.type === type ? pattern.exec(String(text(row) ?? ''))?.[1] : undefined
    if (company !== undefined) return { company, logical: `${provider}/${name}` }
  }
  return undefined
}

/** A GoHighLevel location has an id of 20 letters and digits. */
export const locationOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 20)
