import type { CancelOrder, ResolveOrder, RetryOrder, SkipOrder } from '../contracts/orders.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import { hostileAt } from './hostile.ts'
import { isObject } from './json.ts'
import { isUuid } from './uuid.ts'

/** Orders come from a command line too, where nobody checks them: each of these says what is wrong with one. */
type Check = (order: unknown) => string | undefined

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isTextOrNone = (value: unknown): boolean => value === undefined || isText(value)

const common: Check = (order) => {
  if (!isObject(order)) return 'an order is a JSON object'
  const hostile = hostileAt(order)
  if (hostile) return `${hostile.pointer} ${hostile.message}`
  const wrong = ['provider', 'reason', 'actor', 'correlationId'].find((name) => !isTextOrNone(order[name]))
  return wrong === undefined ? undefined : `${wrong} is no text`
}

const withProvider: Check = (order) => common(order) ?? (isObject(order) && isText(order['provider']) ? undefined : 'provider is missing')

/** A link is shown to be followed: `javascript:` and its like are none. */
const isAddress = (value: unknown): boolean => value === undefined || (typeof value === 'string' && /^https?:\/\/\S+$/i.test(value))

const isLink = (link: unknown): boolean => isObject(link) && isText(link['name']) && isText(link['external_id']) && isAddress(link['url'])

const withLinks: Check = (order) => {
  const links = isObject(order) ? order['links'] : undefined
  return withProvider(order) ?? (Array.isArray(links) && links.every(isLink) ? undefined : 'links is no list of {name, external_id, url?} with http addresses')
}

const withInput: Check = (order) => common(order) ?? (isObject(order) && (order['input'] === undefined || isObject(order['input'])) ? undefined : 'input is no JSON object')

export const orderProblem = { retry: withInput, skip: withProvider, resolve: withLinks, cancel: common } satisfies Record<keyof Orders, Check>

const isPolicy = (policy: unknown): boolean => isObject(policy) && ['attempts', 'initialMs', 'maxMs', 'parkedMs'].every((name) => typeof policy[name] === 'number')

/** The run that is to take a parked one's place works on the same plan, and has all that a run needs. */
export function supersedeProblem(order: unknown, parked: Pick<DeployInput, 'tenantId' | 'planId' | 'operation'>): string | undefined {
  const by = isObject(order) ? order['by'] : undefined
  if (!isObject(by)) return 'an order is a JSON object {parked, by}'
  const hostile = hostileAt(by)
  if (hostile) return `/by${hostile.pointer} ${hostile.message}`
  if (by['tenantId'] !== parked.tenantId || by['planId'] !== parked.planId || by['operation'] !== parked.operation) return 'by is no run of this plan'
  if (typeof by['recordId'] !== 'string' || !isUuid(by['recordId'])) return 'by.recordId is no id'
  if (typeof by['destroy'] !== 'boolean') return 'by.destroy is neither true nor false'
  if (!isText(by['actor']) || !isText(by['correlationId'])) return 'by.actor or by.correlationId is missing'
  if (!isTextOrNone(by['planHash']) || !isTextOrNone(by['notify']) || !isTextOrNone(by['after'] ?? undefined)) return 'by.planHash, by.notify or by.after is no text'
  return isPolicy(by['policy']) ? undefined : 'by.policy is no {attempts, initialMs, maxMs, parkedMs}'
}

export interface Orders {
  retry: RetryOrder
  skip: SkipOrder
  resolve: ResolveOrder
  cancel: CancelOrder
}
