import type { SandboxStore } from '../kernel.ts'
import { isRecord } from './body.ts'
import { N8nRefusal } from './refusal.ts'
import type { Node, Workflow } from './workflow.ts'

const startsByHand = ['manualTrigger', 'manualChatTrigger', 'executeWorkflowTrigger']
const startsUnnamed = ['webhook', 'cron', 'interval', 'emailReadImap']
const noTrigger = 'Workflow cannot be activated because it has no trigger node. At least one trigger, webhook, or polling node is required.'

/** Refuses to publish what n8n could not run: no trigger, an invalid node, a sub-workflow that isn't there, a webhook path that is taken. */
export function checkPublishable(store: SandboxStore, id: string, nodes: Node[]): void {
  const enabled = nodes.filter(({ disabled }) => disabled !== true)
  if (!enabled.some(canBeActivated)) throw new N8nRefusal(400, noTrigger)
  const invalid = enabled.find(({ name, type }) => !name || !type)
  if (invalid) throw new N8nRefusal(400, `Cannot publish workflow: 1 node have configuration issues:\n\nNode "${invalid.name ?? ''}":\n  - Node type not found`)
  for (const node of enabled) checkSubWorkflow(store, id, node)
  checkWebhooks(store, id, enabled)
}

export function canBeActivated({ type = '', disabled }: Node): boolean {
  const name = type.slice(type.lastIndexOf('.') + 1)
  return disabled !== true && !startsByHand.includes(name) && (name.endsWith('Trigger') || startsUnnamed.includes(name))
}

function checkSubWorkflow(store: SandboxStore, id: string, { name, type, parameters }: Node): void {
  if (type !== 'n8n-nodes-base.executeWorkflow' || (parameters?.['source'] ?? 'database') !== 'database') return
  const named = parameters?.['workflowId']
  const target = isRecord(named) ? named['value'] : named
  if (typeof target !== 'string' || target === '' || target.startsWith('=') || target === id) return
  if (store.get('workflow', target) !== undefined) return
  throw new N8nRefusal(
    400,
    `Cannot publish workflow: Node "${name ?? ''}" references workflow ${target} which is not published. Please publish all referenced sub-workflows first.`,
  )
}

function checkWebhooks(store: SandboxStore, id: string, nodes: Node[]): void {
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
