import { randomUUID } from 'node:crypto'
import { SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api'
import type { NextFunction, Request, Response } from 'express'
import type { ApiContext } from './context.ts'

/** What is known of a request while it is answered, for its log line. */
export interface Trail {
  correlationId: string
  /** As OpenAPI writes it, or `unmatched`. */
  route: string
  actor?: string
  tenant?: string
}

const acceptable = /^[A-Za-z0-9._:@/+-]{1,128}$/

export const trailOf = (res: Response): Trail => res.locals['trail'] as Trail

/** Every request: a correlation id in and out, a span that joins the caller's trace, a log line, two metrics. Never bodies or credentials. */
export const observe = (ctx: Pick<ApiContext, 'log' | 'metrics'>) => (req: Request, res: Response, next: NextFunction): void => {
  const began = performance.now()
  const sent = req.get('x-correlation-id')
  const trail: Trail = { correlationId: sent !== undefined && acceptable.test(sent) ? sent : randomUUID(), route: 'unmatched' }
  res.locals['trail'] = trail
  res.setHeader('X-Correlation-Id', trail.correlationId)
  res.setHeader('X-Content-Type-Options', 'nosniff')
  const { method } = req
  const span = trace.getTracer('slipway-api').startSpan(method, { kind: SpanKind.SERVER }, propagation.extract(context.active(), req.headers))

  res.once('close', () => {
    const ms = performance.now() - began
    const { route, correlationId, actor, tenant } = trail
    // Nothing was sent: the caller hung up first.
    const status = res.headersSent ? res.statusCode : 499
    ctx.metrics.answered({ method, route, status }, ms)
    ctx.log[status >= 500 ? 'error' : 'info']({ method, route, status, ms: Math.round(ms * 10) / 10, correlation_id: correlationId, tenant, actor }, 'request')
    span.updateName(`${method} ${route}`)
    span.setAttributes({ 'http.request.method': method, 'http.route': route, 'http.response.status_code': status, 'slipway.correlation_id': correlationId })
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end()
  })
  context.with(trace.setSpan(context.active(), span), next)
}
