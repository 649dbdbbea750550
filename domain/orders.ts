import type { CancelOrder, ResolveOrder, RetryOrder, SkipOrder } from '../contracts/orders.ts'
import { hostileAt } from './hostile.ts'
import { isObject } from './json.ts'

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

export interface Orders {
  retry: RetryOrder
  skip: SkipOrder
  resolve: ResolveOrder
  cancel: CancelOrder
}
