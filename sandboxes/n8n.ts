import express from 'express'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { SandboxDefinition, SandboxStore } from './kernel.ts'
import type { N8nVersion } from './n8n/body.ts'
import type { N8n } from './n8n/context.ts'
import { viewCredential } from './n8n/credential.ts'
import type { Credential } from './n8n/credential.ts'
import { addCredentialRoutes } from './n8n/credentials.ts'
import { addExecutionRoutes } from './n8n/executions.ts'
import { N8nRefusal } from './n8n/refusal.ts'
import { viewTag } from './n8n/tag.ts'
import type { Tag } from './n8n/tag.ts'
import { addTagRoutes } from './n8n/tags.ts'
import { addVariableRoutes } from './n8n/variables.ts'
import { viewWorkflow } from './n8n/workflow-row.ts'
import type { Workflow } from './n8n/workflow.ts'
import { addPublicationRoutes } from './n8n/workflow-publication.ts'
import { addWorkflowTagRoutes } from './n8n/workflow-tags.ts'
import { addWorkflowRoutes } from './n8n/workflows.ts'

/**
 * Behaves like n8n's public API v1 of either generation: 2.8 (express-openapi-validator) or 2.41 (its own controllers).
 * Keys start with `n8n-`; one that starts with `n8n-readonly` may read and nothing else.
 */
export function createN8nSandbox({ version = '2.41', licensed = false }: { version?: N8nVersion; licensed?: boolean } = {}): SandboxDefinition {
  return {
    name: 'n8n',
    routes(app, { store }) {
      const n8n: N8n = { version, licensed, store }
      const api = express.Router()
      api.use(authenticate(version), acceptOnlyJson)
      addWorkflowRoutes(api, n8n)
      addPublicationRoutes(api, n8n)
      addWorkflowTagRoutes(api, n8n)
      addTagRoutes(api, n8n)
      addCredentialRoutes(api, n8n)
      addVariableRoutes(api, n8n)
      addExecutionRoutes(api, n8n)
      app.get(['/healthz', '/healthz/readiness'], (_req, res) => void res.json({ status: 'ok' }))
      app.use('/api/v1', api)
      app.use(() => {
        throw new N8nRefusal(404, 'not found')
      })
      app.use(answerRefusal)
    },
    // n8n has no limits of its own: a 429 comes from a proxy in front of it, and promises nothing unless told to.
    faultResponse(kind, res, { retryAfterMs }) {
      if (kind === '500') return void res.status(500).json({ message: 'Internal server error' })
      if (retryAfterMs !== undefined) res.set('Retry-After', String(Math.ceil(retryAfterMs / 1000)))
      res.status(429).json({ message: 'Too many requests' })
    },
    rows: (store) => rowsOf({ version, licensed, store }, store),
  }
}

/** The newest n8n that the product knows. */
export const n8nSandbox: SandboxDefinition = createN8nSandbox()

const authenticate =
  (version: N8nVersion): RequestHandler =>
  (req, _res, next) => {
    const bearer = version === '2.8' ? undefined : req.get('authorization')?.replace(/^Bearer /, '')
    const key = req.get('x-n8n-api-key') ?? bearer
    if (key === undefined) throw new N8nRefusal(401, "'X-N8N-API-KEY' header required")
    if (!key.startsWith('n8n-')) throw new N8nRefusal(401, 'unauthorized')
    if (key.startsWith('n8n-readonly') && req.method !== 'GET') throw new N8nRefusal(403, 'Forbidden')
    next()
  }

/** The kernel parses JSON and leaves anything else as bytes, of which an empty body has none. */
const acceptOnlyJson: RequestHandler = (req, _res, next) => {
  const body: unknown = req.body
  if (Buffer.isBuffer(body) && body.length === 0) req.body = undefined
  else if (Buffer.isBuffer(body)) throw new N8nRefusal(415, `unsupported media type ${req.get('content-type') ?? 'undefined'}`)
  next()
}

const answerRefusal: ErrorRequestHandler = (error: Partial<N8nRefusal>, _req, res, next) => {
  if (res.headersSent) return next(error)
  const status = error.status ?? 500
  res.status(status).json({ message: status === 500 ? 'Internal server error' : error.message, ...error.more })
}

function rowsOf(n8n: N8n, store: SandboxStore) {
  const rows = <T extends { id: string; name: string }>(type: string, view: (body: T) => Record<string, unknown>) =>
    store.list<T>(type).map(({ body }) => ({ type, id: body.id, name: body.name, body: view(body) }))
  return [
    ...rows<Workflow>('workflow', (workflow) => viewWorkflow(n8n, workflow)),
    ...rows<Credential>('credential', viewCredential),
    ...rows<Tag>('tag', viewTag),
  ]
}
