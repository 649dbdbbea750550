import { randomUUID } from 'node:crypto'
import { SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api'
import type { NextFunction, Request, Response } from 'express'
import { isObject } from '../domain/json.ts'
import type { ApiContext } from './context.ts'

/** What is known of a request while it is answered, for its log line. */
export interface Trail {
  correlationId: string
  receivedAt: number
  /** As OpenAPI writes it, or `unmatched`. */
  route: string
  actor?: string
  tenant?: string
  /** What it is about, as logs name it: `template_id`, `plan_id`, … */
  about?: Record<string, string>
  /** Why it was refused. */
  code?: string
}

const known = { templateId: 'template_id', instanceId: 'instance_id', planId: 'plan_id', recordId: 'record_id', pipelineId: 'pipeline_id', workflowId: 'workflow_id', runId: 'run_id', provider: 'provider' } as const
/** What `{id}` is, by the noun before it. */
const owners: Record<string, string> = { templates: 'template_id', plans: 'plan_id', deployments: 'record_id', pipelines: 'pipeline_id', workflows: 'workflow_id', runs: 'run_id' }

/** The ids that a request and its answer name. */
export function aboutOf(route: string, params: unknown, ...bodies: unknown[]): Record<string, string> {
  const about: Record<string, string> = {}
  const owner = owners[/([a-z-]+)\/\{id\}/.exec(route)?.[1] ?? '']
  const id = typeof params === 'object' && params !== null && 'id' in params ? params.id : undefined
  if (owner !== undefined && typeof id === 'string') about[owner] = id
  for (const body of bodies) {
    if (!isObject(body)) continue
    for (const [key, name] of Object.entries(known)) {
      const value = body[key]
      if (typeof value === 'string') about[name] = value
    }
  }
  return about
}

const acceptable = /^[A-Za-z0-9._:@/+-]{1,128}$/

export const trailOf = (res: Response): Trail => res.locals['trail']

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
