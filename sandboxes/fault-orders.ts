import type { FaultKind, Faults } from './kernel.ts'
import { isLatency } from './latency.ts'
import { isRecord } from './record.ts'

type Order = Exclude<keyof Faults, 'extras'>
type Given<K extends Order> = Exclude<Faults[K], undefined>
type Check<T> = readonly [(value: unknown) => value is T, string]

/** Reads an order; a string says what is wrong with it. */
export function parseFaults(order: unknown, extraOrders: readonly string[]): Faults | string {
  if (!isRecord(order)) return 'An order is a JSON object'
  const unknown = Object.keys(order).find((key) => !(key in checks) && !extraOrders.includes(key))
  if (unknown !== undefined) return `Unknown order "${unknown}"; known: ${[...Object.keys(checks), ...extraOrders].join(', ')}`
  for (const [key, [isRight, what]] of Object.entries(checks)) {
    if (order[key] !== undefined && !isRight(order[key])) return `"${key}" must be ${what}`
  }
  const given = <K extends Order>(key: K): Given<K> | undefined => {
    const [value, [isRight]]: [unknown, Check<Given<K>>] = [order[key], checks[key]]
    return isRight(value) ? value : undefined
  }
  const [rate, latency, seed, retryAfterMs] = [given('rate') ?? 0, given('latency'), given('seed'), given('retryAfterMs')]
  const [match, times, listLagMs] = [given('match'), given('times'), given('listLagMs')]
  const extras = Object.fromEntries(Object.entries(order).filter(([key]) => !Object.hasOwn(checks, key)))
  return {
    rate,
    kinds: given('kinds') ?? (rate ? ['500'] : []),
    latencyMs: given('latencyMs') ?? 0,
    ...(latency === undefined ? {} : { latency }),
    ...(seed === undefined ? {} : { seed }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(match === undefined ? {} : { match }),
    ...(times === undefined ? {} : { times }),
    ...(listLagMs === undefined ? {} : { listLagMs }),
    ...(Object.keys(extras).length === 0 ? {} : { extras }),
  }
}

const kinds: readonly string[] = ['500', '429', 'timeout', 'reset', 'commit-then-fail'] satisfies FaultKind[]

const isNumber = (value: unknown): value is number => typeof value === 'number'
const isInteger = (value: unknown): value is number => Number.isInteger(value)
const isShare = (value: unknown): value is number => isNumber(value) && value >= 0 && value <= 1
const isCount = (value: unknown): value is number => isInteger(value) && value >= 0
const isDuration = (value: unknown): value is number => isNumber(value) && Number.isFinite(value) && value >= 0
const isKinds = (value: unknown): value is FaultKind[] => Array.isArray(value) && value.every((kind) => kinds.includes(kind))
const isMatch = (value: unknown): value is NonNullable<Faults['match']> =>
  isRecord(value) && Object.entries(value).every(([key, part]) => ['method', 'path'].includes(key) && typeof part === 'string')

const checks: { readonly [K in Order]: Check<Given<K>> } = {
  rate: [isShare, 'a number from 0 to 1'],
  kinds: [isKinds, `a list of ${kinds.join(', ')}`],
  latencyMs: [isDuration, 'milliseconds, 0 or more'],
  latency: [isLatency, 'an object with the numbers "medianMs" (0 to 60000) and "tail" (1 to 100)'],
  seed: [isInteger, 'an integer'],
  retryAfterMs: [isDuration, 'milliseconds, 0 or more'],
  match: [isMatch, 'an object with the strings "method" and "path", both optional'],
  times: [isCount, 'an integer, 0 or more'],
  listLagMs: [isDuration, 'milliseconds, 0 or more'],
}
