import { randomUUID } from 'node:crypto'
import { SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api'
import type { NextFunction, Request, Response } from 'express'
import type { ApiContext } from './context.ts'
import type { Trail } from './trail.ts'

const acceptable = /^[A-Za-z0-9._:@/+-]{1,128}$/

/** Every request: a correlation id in and out, a span that joins the caller's trace, a log line, three metrics. Never bodies or credentials. */
export const observe = (ctx: Pick<ApiContext, 'log' | 'metrics'>) => (req: Request, res: Response, next: NextFunction): void => {
  const receivedAt = performance.now()
  const sent = req.get('x-correlation-id')
  const trail: Trail = { correlationId: sent !== undefined && acceptable.test(sent) ? sent : randomUUID(), receivedAt, route: 'unmatched' }
  res.locals['trail'] = trail
  res.setHeader('X-Correlation-Id', trail.correlationId)
  res.setHeader('X-Content-Type-Options', 'nosniff')
  const { method } = req
  const span = trace.getTracer('slipway-api').startSpan(method, { kind: SpanKind.SERVER }, propagation.extract(context.active(), req.headers))
  const spanned = trace.setSpan(context.active(), span)

  res.once('close', () => {
    const ms = performance.now() - receivedAt
    const { route, correlationId, actor, tenant, about, code } = trail
    // Nothing was sent: the caller hung up first.
    const status = res.headersSent ? res.statusCode : 499
    ctx.metrics.answered({ method, route, status, code }, ms)
    // The response's own events know nothing of the request's span.
    context.with(spanned, () => { ctx.log[status >= 500 ? 'error' : 'info']({ method, route, status, ms: Math.round(ms * 10) / 10, correlation_id: correlationId, tenant, actor, code, ...about }, 'request') })
    span.updateName(`${method} ${route}`)
    span.setAttributes({ 'http.request.method': method, 'http.route': route, 'http.response.status_code': status, 'slipway.correlation_id': correlationId, ...Object.fromEntries(Object.entries(about ?? {}).map(([name, value]) => [`slipway.${name}`, value])) })
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end()
  })
  context.with(spanned, next)
}
