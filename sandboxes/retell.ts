import type { ErrorRequestHandler, RequestHandler, Response, Router } from 'express'
import type { Faults, SandboxDefinition } from './kernel.ts'
import { agentVersionRoutes } from './retell/agent-versions.ts'
import { agentRoutes } from './retell/agents.ts'
import { flowEngine, llmEngine } from './retell/engine-kinds.ts'
import { engineRoutes } from './retell/engines.ts'
import { flowComponentRoutes } from './retell/flow-components.ts'
import { knowledgeBaseRoutes } from './retell/knowledge-bases.ts'
import { phoneNumberRoutes } from './retell/phone-numbers.ts'
import { RetellError } from './retell/refusal.ts'
import { retellRows } from './retell/rows.ts'
import { voiceRoutes } from './retell/voices.ts'

/**
 * Behaves like Retell's API as retell-sdk 5.66 speaks it (docs.retellai.com/api-references).
 * Keys: `key_…` is good, `key_revoked` answers 401, `key_trial_ended` 402.
 * Order `emptyChunked: true`: publishing answers with a chunked empty body.
 */
export const retellSandbox: SandboxDefinition = {
  name: 'retell',
  extraOrders: ['emptyChunked'],
  routes(app, sandbox) {
    app.use(authenticate)
    retiredRoutes(app)
    accountRoutes(app)
    engineRoutes(app, sandbox, llmEngine)
    engineRoutes(app, sandbox, flowEngine)
    flowComponentRoutes(app, sandbox)
    agentRoutes(app, sandbox)
    agentVersionRoutes(app, sandbox)
    knowledgeBaseRoutes(app, sandbox)
    phoneNumberRoutes(app, sandbox)
    voiceRoutes(app)
    app.use((req) => {
      throw new RetellError(404, `Cannot ${req.method} ${req.path}`)
    })
    app.use(answerError)
  },
  faultResponse(kind: '500' | '429', res: Response, faults: Faults) {
    if (kind === '500') return void res.status(500).json({ status: 'error', message: 'Internal server error' })
    if (faults.retryAfterMs !== undefined) {
      res.set({ 'retry-after-ms': String(faults.retryAfterMs), 'retry-after': String(Math.ceil(faults.retryAfterMs / 1000)) })
    }
    res.status(429).json({ status: 'error', message: 'Account rate limited, please throttle your requests' })
  },
  rows: retellRows,
}

const authenticate: RequestHandler = (req, _res, next) => {
  const key = /^Bearer (key_\S+)$/.exec(req.headers.authorization ?? '')?.[1]
  if (key === undefined || key === 'key_revoked') throw new RetellError(401, 'Invalid API key')
  if (key === 'key_trial_ended') throw new RetellError(402, 'Trial has ended, please add a payment method')
  next()
}

/** What Retell took away: removed lists answer 404, publishing without a version 410. */
function retiredRoutes(app: Router): void {
  const gone = (status: number, instead: string): RequestHandler => () => {
    throw new RetellError(status, `This endpoint has been retired, use ${instead}`)
  }
  app.get(['/list-agents', '/list-chat-agents'], gone(404, 'POST /v2/list-agents'))
  app.get(['/get-agent-versions/:id', '/get-chat-agent-versions/:id'], gone(404, 'GET /list-agent-versions/{agent_id}'))
  app.post(['/publish-agent/:id', '/publish-chat-agent/:id'], gone(410, 'POST /publish-agent-version/{agent_id}'))
  for (const list of ['list-retell-llms', 'list-conversation-flows', 'list-phone-numbers']) app.get(`/${list}`, gone(404, `/v2/${list}`))
}

function accountRoutes(app: Router): void {
  app.get('/get-api-key-info', (_req, res) => void res.json({ api_key_name: 'Sandbox', org_name: 'Sandbox agency' }))
  app.get('/get-concurrency', (_req, res) => {
    res.json({ current_concurrency: 0, concurrency_limit: 20, base_concurrency: 20, purchased_concurrency: 0 })
  })
}

const answerError: ErrorRequestHandler = (error: Error & { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error)
  const status = error.status ?? 500
  res.status(status).json({ status: 'error', message: status === 500 ? 'Internal server error' : error.message })
}
