import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { ActivityOptions } from '@temporalio/workflow'
import type { ProviderActivities, RecordActivities } from '../activities/index.ts'
import { gitQueue, providerQueue } from '../contracts/workflow.ts'

/** Our own database, in the worker that runs the workflow: quick, and worth repeating for as long as the workflow lives. */
const local = proxyLocalActivities<RecordActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '5 seconds' },
})

/** Of this run alone: each run has its own copy of this file. */
let before: Promise<unknown> | undefined

/** From now on this run's local activities come one after the other: the results of several at once may come in another order, or together, when the run is replayed. */
export function takeTurns(): void {
  before ??= Promise.resolve()
}

const inTurn = (work: (...given: unknown[]) => Promise<unknown>) => (...given: unknown[]): Promise<unknown> => {
  if (before === undefined) return work(...given)
  const mine = before.then(() => work(...given))
  before = mine.catch(() => undefined)
  return mine
}

export const records = new Proxy(local, { get: (all, name) => inTurn(Reflect.get(all, name)) })

/** The same database, but stored in the history before it starts: for the first write after an order from outside. */
export const durable = proxyActivities<RecordActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '5 seconds' },
})

/** Activities whose vendor's trouble is an answer: only our own database can keep them from ending, and that one is waited for. A bug is mended by no other try. */
const untilOurs = {
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '5 seconds', nonRetryableErrorTypes: ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'] },
} as const satisfies ActivityOptions

/** Git hosts, and a connection's test: slow, and somebody else's. What they refuse is final at once; a dead worker and our own database are waited for. */
export const outside = proxyActivities<RecordActivities>({
  startToCloseTimeout: '90 seconds',
  ...untilOurs,
})

/**
 * A provider's steps, on its own queue. The activity itself decides when a failure is final, and how long to wait between tries;
 * a dead worker is noticed by its missing heartbeat.
 */
export const providerSteps = (provider: string, summary: string) =>
  proxyActivities<ProviderActivities>({
    taskQueue: providerQueue(provider),
    startToCloseTimeout: '15 minutes',
    heartbeatTimeout: '5 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    summary,
  })

/** Looking only: what cannot be asked in time is shown as unknown. Only our own database can keep it from ending, and that one is waited for. */
export const providerLooks = (provider: string) =>
  proxyActivities<ProviderActivities>({
    taskQueue: providerQueue(provider),
    startToCloseTimeout: '45 seconds',
    ...untilOurs,
    summary: `compare with ${provider}`,
  })

/** Writing prompts, documents and texts, on the provider's queue: the activity decides when a failure is final, or the number of tries does. */
export const providerWrites = (provider: string, summary: string, limit: { maximumAttempts?: number } = {}) =>
  proxyActivities<ProviderActivities>({
    taskQueue: providerQueue(provider),
    startToCloseTimeout: '1 hour',
    heartbeatTimeout: '5 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '30 seconds', ...limit },
    summary,
  })

/** Commits, beside the repository's own disk: worth repeating for as long as there is something to write. */
export const repositoryWrites = proxyActivities<ProviderActivities>({
  taskQueue: gitQueue,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
})

/** The same with a remote, which is somebody else's: whoever asked hears soon that it is away. */
export const repositorySyncs = proxyActivities<ProviderActivities>({
  taskQueue: gitQueue,
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '5 seconds', maximumAttempts: 3 },
})
