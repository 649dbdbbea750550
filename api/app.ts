import express from 'express'
import type { ErrorRequestHandler, Express, Router } from 'express'
import { DomainError } from '../contracts/errors.ts'
import { type Operation, pathsOf } from '../contracts/operation.ts'
import { type OperationId, operations } from '../contracts/operations.ts'
import type { ApiContext } from './context.ts'
import { docs } from './docs.ts'
import { problemOf } from './problem.ts'
import { toDomainError } from './errors.ts'
import { invitationPage } from './invitation-page.ts'
import { trailOf } from './trail.ts'
import { observe } from './observe.ts'
import { serve } from './serve.ts'

/** The API over a context; nothing is opened or read before a request comes. */
export function createApp(ctx: ApiContext): Express {
  const app = express()
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').set('trust proxy', ctx.auth.trustedProxies)
  app.use(observe(ctx))
  app.use(docs(ctx.version))
  app.use(invitationPage())
  app.use(routes(ctx))
  app.use((req) => { throw new DomainError('404.not_found', `There is nothing at ${req.path}`) })
  app.use(answerError(ctx))
  return app
}

const isOperation = (id: string): id is OperationId => Object.hasOwn(operations, id)

function routes(ctx: ApiContext): Router {
  const router = express.Router({ caseSensitive: true })
  const methods = new Map<string, string[]>()
  for (const id of Object.keys(operations).filter(isOperation)) {
    const row: Operation = operations[id]
    for (const path of pathsOf(row)) {
      const pattern = path.replace(/\{(\w+)\}/g, ':$1')
      router[row.method](pattern, (req, res) => serve(ctx, id, row, path, req, res))
      methods.set(pattern, [...(methods.get(pattern) ?? []), ...(row.method === 'get' ? ['GET', 'HEAD'] : [row.method.toUpperCase()])])
    }
  }
  for (const [pattern, allowed] of methods) {
    router.all(pattern, (req, res) => {
      trailOf(res).route = pattern.replace(/:(\w+)/g, '{$1}')
      res.setHeader('Allow', allowed.join(', '))
      throw new DomainError('405.method_not_allowed', `${req.method} is not possible here; ${allowed.join(', ')} is`)
    })
  }
  return router
}

const answerError = (ctx: ApiContext): ErrorRequestHandler => (error: unknown, _req, res, _next) => {
  const trail = trailOf(res)
  const { correlationId, route } = trail
  const refusal = toDomainError(error)
  const problem = problemOf(refusal, correlationId)
  trail.code = problem.code
  if (problem.status === 500) ctx.log.error({ err: error, correlation_id: correlationId, route }, 'unexpected')
  // A stream that has begun can only be cut off.
  if (res.headersSent) {
    res.destroy()
    return
  }
  if (problem.status === 401) res.setHeader('WWW-Authenticate', 'Bearer')
  const retryAfter = refusal.retryAfter ?? (problem.status === 503 ? 5 : undefined)
  if (retryAfter !== undefined) res.setHeader('Retry-After', String(retryAfter))
  res.status(problem.status).set('Cache-Control', 'no-store').type('application/problem+json').send(JSON.stringify(problem))
}
