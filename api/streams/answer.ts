import { setTimeout as sleep } from 'node:timers/promises'
import { type DomainError, statusOf } from '../../contracts/errors.ts'
import type { Role } from '../../contracts/permissions.ts'
import type { StreamError, StreamResult, StreamUsage } from '../../contracts/streams.ts'
import type { ApiContext } from '../context.ts'
import { toDomainError } from '../errors.ts'
import { askerOf } from './asker.ts'
import { type Entry, readRequest } from './message.ts'
import { perform } from './perform.ts'

export interface Answer {
  result: StreamResult
  /** Of what succeeded. */
  usage?: StreamUsage
}

const awayMs = { first: 200, most: 5_000 }

/** Repeats while the database or Temporal is away: that is no fault of the message. */
async function whileAway<T>(stopping: AbortSignal, work: (again: boolean) => Promise<T>): Promise<T> {
  for (let wait = awayMs.first, again = false; ; wait = Math.min(wait * 2, awayMs.most), again = true) {
    try {
      return await work(again)
    } catch (error) {
      if (toDomainError(error).code !== '503.unavailable' || stopping.aborted) throw error
      await sleep(wait, undefined, { signal: stopping })
    }
  }
}

export const errorOf = ({ code, message, errors, extra }: DomainError): StreamError => ({ code, message, ...(errors.length > 0 ? { errors } : {}), ...extra })

/** The answer to a request: also a refusal is one. Throws when it could not be worked on, so that it must come again. */
export async function answerTo(ctx: ApiContext, { stream, roles, stopping }: { stream: string; roles: readonly Role[]; stopping: AbortSignal }, entry: Entry, again: boolean): Promise<Answer> {
  const begun = performance.now()
  const passed = (): number => Math.round(performance.now() - begun)
  let template: string | null = null
  try {
    const request = readRequest(entry)
    template = request.template_id
    const outcome = await whileAway(stopping, async (repeated) => perform(ctx, { request, asker: await askerOf(ctx, request, roles), stream, messageId: entry.id, again: again || repeated }))
    const { tenant_id, user_id, operation } = request
    const duration_ms = passed()
    return {
      result: { request_id: entry.id, template_id: outcome.templateId, status: 'success', result: outcome.result, error: null, duration_ms },
      usage: { template_id: outcome.templateId, version: outcome.version, operation, tenant_id, user_id, duration_ms, timestamp: new Date().toISOString() },
    }
  } catch (error) {
    const refusal = toDomainError(error)
    if (statusOf(refusal.code) >= 500) throw error
    return { result: { request_id: entry.id, template_id: template, status: 'error', result: null, error: errorOf(refusal), duration_ms: passed() } }
  }
}
