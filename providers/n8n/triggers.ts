import type { Json, JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'

/** They start a workflow only by hand, from another workflow or from its failure: nothing that publishing would switch on. */
const notActivated = ['manualTrigger', 'manualChatTrigger', 'executeWorkflowTrigger', 'errorTrigger', 'evaluationTrigger']

/** Triggers from before the naming rule. */
const withoutSuffix = ['webhook', 'cron', 'interval', 'emailReadImap']

export const shortType = ({ type }: JsonObject): string => (typeof type === 'string' ? type.slice(type.lastIndexOf('.') + 1) : '')

export const nodesOf = (nodes: Json | undefined): JsonObject[] => (Array.isArray(nodes) ? nodes.filter((node) => isObject(node)) : [])

export const enabled = (nodes: readonly JsonObject[]): JsonObject[] => nodes.filter(({ disabled }) => disabled !== true)

/** Publishing a workflow without such a trigger is refused by n8n. */
export const canBeActivated = (nodes: readonly JsonObject[]): boolean =>
  enabled(nodes).map(shortType).some((type) => !notActivated.includes(type) && (/Trigger$/i.test(type) || withoutSuffix.includes(type)))
