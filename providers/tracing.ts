import { context, createContextKey } from '@opentelemetry/api'
import type { Span } from '@opentelemetry/api'

const callsKey = createContextKey('slipway: calls for one resource')

interface EndedCall {
  span: Span
  /** As performance.now() tells it. */
  at: number
}

/** Ends a vendor call's span, or hands it to whoever still has to learn the resource's id. */
export function endCall(span: Span): void {
  const calls = context.active().getValue(callsKey)
  const ended: EndedCall = { span, at: performance.now() }
  if (Array.isArray(calls)) calls.push(ended)
  else span.end()
}

/**
 * The spans of all calls to the vendor that `work` makes carry the resource's name and its id there, although a create learns
 * the id only from its answer: they are exported when the resource is done, with the times they really ended at.
 */
export async function tracedAs<T>(resource: { type: string; name: string; externalId?: string | null | undefined }, work: () => Promise<T>, idOf: (result: T) => string | undefined): Promise<T> {
  const calls: EndedCall[] = []
  let externalId = resource.externalId ?? undefined
  try {
    const result = await context.with(context.active().setValue(callsKey, calls), work)
    externalId = idOf(result) ?? externalId
    return result
  } finally {
    for (const { span, at } of calls) {
      span.setAttributes({ 'slipway.resource': resource.name, 'slipway.resource_type': resource.type, ...(externalId === undefined ? {} : { 'slipway.external_id': externalId }) })
      span.end(at)
    }
  }
}
