import type { StreamDeadLetter, StreamResult } from '../../contracts/streams.ts'
import type { ApiContext } from '../context.ts'
import { answerTo } from './answer.ts'
import type { StreamSettings } from './consumer.ts'
import type { Group } from './group.ts'
import { type Entry, operationOf } from './message.ts'

/** What one consumer works with. */
export interface Bench {
  ctx: ApiContext
  settings: StreamSettings
  group: Group
  /** The stream's name. */
  requests: string
  stopping: AbortSignal
  /** Taken, also those whose turn has not come. */
  inHand: Set<string>
}

/** Works on a request and answers it. */
export async function handle({ ctx, settings: { roles }, group, requests, stopping }: Bench, entry: Entry, again: boolean): Promise<void> {
  const { id } = entry
  const operation = operationOf(entry)
  const named = { message_id: id, operation, correlation_id: `${requests}/${id}` }
  try {
    const { result, usage } = await answerTo(ctx, { stream: requests, roles, stopping }, entry, again)
    const mine = await group.settle(id, [['results', result], ...(usage ? [['usage', usage] as const] : [])])
    if (mine) ctx.metrics.streamMessage(operation, result.status)
    ctx.log.info({ ...named, template_id: result.template_id, status: result.status, code: result.error?.code, ms: result.duration_ms, tenant: usage?.tenant_id }, 'stream request')
  } catch (error) {
    // Unanswered, it stays pending, and comes again when it has waited long enough.
    if (stopping.aborted) return
    ctx.metrics.streamMessage(operation, 'failed')
    ctx.log.error({ err: error, ...named }, 'stream request failed')
  }
}

/** Gives a request up that nobody could answer. */
export async function bury({ ctx, group, requests }: Bench, id: string, deliveries: number): Promise<void> {
  const entry = await group.read(id)
  const error = { code: '500.internal', message: `It was delivered ${String(deliveries)} times and never answered; the log lines with correlation id ${requests}/${id} say why` }
  const letter: StreamDeadLetter = { request_id: id, message: entry?.fields ?? null, deliveries, error, timestamp: new Date().toISOString() }
  const result: StreamResult = { request_id: id, template_id: null, status: 'error', result: null, error, duration_ms: 0 }
  if (!(await group.settle(id, [['deadLetters', letter], ['results', result]]))) return
  ctx.metrics.streamMessage(entry ? operationOf(entry) : 'unknown', 'dead')
  ctx.log.error({ message_id: id, deliveries, correlation_id: `${requests}/${id}` }, 'stream request given up')
}
