import express from 'express'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import { randomUUID } from 'node:crypto'
import { checkLocation, locationOf, refuseUnknownPath } from './ghl/access.ts'
import { addCalendarRoutes } from './ghl/calendars.ts'
import { addContactRoutes } from './ghl/contacts.ts'
import type { Owned } from './ghl/context.ts'
import { addCustomFieldRoutes } from './ghl/custom-fields.ts'
import { addCustomValueRoutes } from './ghl/custom-values.ts'
import { addKnowledgeBaseRoutes } from './ghl/knowledge-bases.ts'
import { setLimitHeaders, vendorLimits } from './ghl/limits.ts'
import type { Limits } from './ghl/limits.ts'
import { addOpportunityRoutes } from './ghl/opportunities.ts'
import { addPipelineRoutes } from './ghl/pipelines.ts'
import { createLimiter } from './ghl/rate-limit.ts'
import type { Limiter } from './ghl/rate-limit.ts'
import { GhlRefusal } from './ghl/refusal.ts'
import { addTagRoutes } from './ghl/tags.ts'
import { authenticate } from './ghl/token.ts'
import { addWorkflowRoutes } from './ghl/workflows.ts'
import type { SandboxContext, SandboxDefinition } from './kernel.ts'

const rowTypes = ['customField', 'customValue', 'tag', 'calendar', 'pipeline', 'contact', 'opportunity', 'knowledgeBase']

/**
 * Behaves like HighLevel's API for sub-accounts. The token names its location (see `token.ts`); any 20 letters and digits are one.
 * The order `dailyRemaining: 0` spends the day's quota.
 */
export function createGhlSandbox(limits: Limits = vendorLimits): SandboxDefinition {
  return {
    name: 'ghl',
    extraOrders: ['dailyRemaining'],
    routes(app, sandbox) {
      const api = express.Router({ caseSensitive: true })
      const limiter = createLimiter(limits, sandbox.store)
      api.use((_req, res, next) => {
        setLimitHeaders(res, limits, limiter.full)
        next()
      })
      api.use(authenticate, limit(limits, limiter, sandbox), checkLocation)
      api.get('/locations/:location', (_req, res) => void res.json({ location: { id: locationOf(res), name: `Location ${locationOf(res)}` } }))
      addCustomFieldRoutes(api, sandbox)
      addCustomValueRoutes(api, sandbox)
      addTagRoutes(api, sandbox)
      addCalendarRoutes(api, sandbox)
      addPipelineRoutes(api, sandbox)
      addOpportunityRoutes(api, sandbox)
      addContactRoutes(api, sandbox)
      addKnowledgeBaseRoutes(api, sandbox)
      addWorkflowRoutes(api)
      api.use(refuseUnknownPath)
      app.use(api)
      app.use(answerRefusal(limits))
    },
    // Whatever is ordered, HighLevel sends no Retry-After.
    faultResponse(kind, res) {
      setLimitHeaders(res, limits, { remaining: kind === '429' ? 0 : limits.burst, dailyRemaining: limits.daily })
      const message = kind === '429' ? 'Too Many Requests' : 'Internal server error'
      res.status(Number(kind)).json({ statusCode: Number(kind), message, traceId: randomUUID() })
    },
    rows: (store) =>
      rowTypes.flatMap((type) => store.list<Partial<Owned> & Record<string, unknown>>(type).map(({ id, body }) => ({ type, id, name: body.name ?? id, body }))),
  }
}

export const ghlSandbox: SandboxDefinition = createGhlSandbox()

const limit =
  (limits: Limits, limiter: Limiter, { faults }: SandboxContext): RequestHandler =>
  (_req, res, next) => {
    const { allowed, quota } = limiter.take(locationOf(res), faults().extras?.['dailyRemaining'])
    setLimitHeaders(res, limits, quota)
    if (!allowed) throw new GhlRefusal(429, 'Too Many Requests')
    next()
  }

const answerRefusal =
  (limits: Limits): ErrorRequestHandler =>
  (error: { status?: number; message?: string }, _req, res, next) => {
    if (res.headersSent) return next(error)
    const status = error.status ?? 500
    const body = error instanceof GhlRefusal ? error.body : { statusCode: status, message: status === 500 ? 'Internal server error' : error.message }
    // A body that cannot be read is refused before the routes, and with them the limits, are reached.
    if (!res.hasHeader('x-ratelimit-max')) setLimitHeaders(res, limits, { remaining: limits.burst, dailyRemaining: limits.daily })
    res.status(status).json({ ...body, traceId: randomUUID() })
  }
