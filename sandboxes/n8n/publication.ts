import type { SandboxStore } from '../kernel.ts'
import { isRecord } from '../record.ts'
import { N8nRefusal } from './refusal.ts'
import { checkWebhooks } from './webhooks.ts'
import type { Node } from './workflow.ts'

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
