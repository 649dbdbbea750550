import { eventsOf } from './events.ts'
import { type WatchOptions, follow } from './follow.ts'
import { type Listing, listing } from './listing.ts'
import type { AnswerOf, Ask, BodyOf, QueryOf } from './request.ts'

export type DeploymentRecord = AnswerOf<'getDeployment'>
export type DeploymentEvent = AnswerOf<'getDeploymentLogs'>['items'][number]
export type DeploymentStatus = DeploymentRecord['status']

/** One deployment: what became of it, live or as it is, and the orders it takes while a step is parked. */
export interface Deployment {
  recordId: string
  read(): Promise<DeploymentRecord>
  /** Every event from the first, then live. Ends when the record is final: not while a step is parked. */
  watch(options?: WatchOptions): AsyncGenerator<DeploymentEvent, DeploymentStatus>
  /** The record once nothing goes on any more: it has ended, or waits for an order. */
  settled(options?: WatchOptions): Promise<DeploymentRecord>
  retry(order?: BodyOf<'retryDeployment'>): Promise<void>
  skip(order: BodyOf<'skipDeployment'>): Promise<void>
  resolve(order: BodyOf<'resolveDeployment'>): Promise<void>
  cancel(order?: BodyOf<'cancelDeployment'>): Promise<void>
}

export interface Deployments {
  list(query?: QueryOf<'listDeployments'>): Listing<DeploymentRecord>
  get(recordId: string): Promise<DeploymentRecord>
  logs(recordId: string, query?: QueryOf<'getDeploymentLogs'>): Listing<DeploymentEvent>
  /** The deployment of that id, without asking whether there is one. */
  of(recordId: string): Deployment
}

/** Whether nothing happens any more unless somebody orders it: a record that is parked has failed too. */
export const isSettled = ({ status }: Pick<DeploymentRecord, 'status'>): boolean => status === 'success' || status === 'failed'

/** Whether it waits for an order. */
export const isParked = ({ status, providers }: Pick<DeploymentRecord, 'status' | 'providers'>): boolean => status === 'failed' && providers.some((step) => step.status === 'parked')

const eventOf = (data: string): DeploymentEvent => JSON.parse(data)
const endOf = (data: string): Pick<DeploymentRecord, 'status'> => JSON.parse(data)

function watch(ask: Ask, recordId: string, options?: WatchOptions): AsyncGenerator<DeploymentEvent, DeploymentStatus> {
  const open = (last?: string) => ask('get', '/api/v1/deployments/{id}/events', {
    params: { path: { id: recordId }, ...(last === undefined ? {} : { header: { 'Last-Event-ID': last } }) }, parseAs: 'stream', ...(options?.signal ? { signal: options.signal } : {}),
  })
  return eventsOf(follow(open, options), eventOf, endOf)
}

export function deploymentOf(ask: Ask, recordId: string): Deployment {
  const path = { id: recordId }
  const read = () => ask('get', '/api/v1/deployments/{id}', { params: { path } })
  return {
    recordId,
    read,
    watch: (options) => watch(ask, recordId, options),
    async settled(options) {
      for await (const { type } of watch(ask, recordId, options)) {
        // Of what is told again, only the last may still hold.
        const record = type === 'failed' || type === 'success' ? await read() : undefined
        if (record && isSettled(record)) return record
      }
      return read()
    },
    async retry(body = {}) {
      await ask('post', '/api/v1/deployments/{id}/retry', { params: { path }, body })
    },
    async skip(body) {
      await ask('post', '/api/v1/deployments/{id}/skip', { params: { path }, body })
    },
    async resolve(body) {
      await ask('post', '/api/v1/deployments/{id}/resolve', { params: { path }, body })
    },
    async cancel(body = {}) {
      await ask('post', '/api/v1/deployments/{id}/cancel', { params: { path }, body })
    },
  }
}

export const deployments = (ask: Ask): Deployments => ({
  list: (query = {}) => listing((at) => ask('get', '/api/v1/deployments', { params: { query: { ...query, ...at } } })),
  get: (id) => ask('get', '/api/v1/deployments/{id}', { params: { path: { id } } }),
  logs: (id, query = {}) => listing((at) => ask('get', '/api/v1/deployments/{id}/logs', { params: { path: { id }, query: { ...query, ...at } } })),
  of: (recordId) => deploymentOf(ask, recordId),
})
