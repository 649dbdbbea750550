import type { SandboxStore } from '../kernel.ts'
import { N8nRefusal } from './refusal.ts'
import type { Node, Workflow } from './workflow.ts'

/** Refuses a path that another published workflow holds. */
export function checkWebhooks(store: SandboxStore, id: string, nodes: Node[]): void {
  const wanted = nodes.flatMap(webhooksOf)
  const others = store.list<Workflow>('workflow').filter((other) => other.id !== id)
  for (const { body } of others) {
    // What is published holds its paths, whatever the draft says.
    const taken = body.activeVersion?.nodes.filter(({ disabled }) => disabled !== true).flatMap(webhooksOf) ?? []
    const conflict = wanted.find(({ method, path }) => taken.some((held) => held.method === method && held.path === path))
    if (conflict) {
      const conflicts = [{ trigger: conflict, conflict: { workflowId: body.id, webhookPath: conflict.path, method: conflict.method } }]
      throw new N8nRefusal(409, 'There is a conflict with one of the webhooks.', { conflicts })
    }
  }
}

function webhooksOf({ type = '', parameters, webhookId }: Node): { method: string; path: string }[] {
  const given = parameters?.['path']
  const path = typeof given === 'string' && given !== '' ? given.replace(/^\/|\/$/g, '') : (webhookId ?? '')
  if (type === 'n8n-nodes-base.webhook') return methodsOf(parameters?.['httpMethod']).map((method) => ({ method, path }))
  if (type === 'n8n-nodes-base.formTrigger') return ['GET', 'POST'].map((method) => ({ method, path }))
  if (type === '@n8n/n8n-nodes-langchain.chatTrigger') return [{ method: 'POST', path: `${webhookId ?? ''}/chat` }]
  return []
}

const methodsOf = (named: unknown): string[] => (Array.isArray(named) ? named.map(String) : [typeof named === 'string' ? named : 'GET'])
