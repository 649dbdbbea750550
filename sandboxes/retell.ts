import type { ErrorRequestHandler, RequestHandler, Response, Router } from 'express'
import type { Faults, SandboxContext, SandboxDefinition, SandboxRow, SandboxStore } from './kernel.ts'
import { agentVersionRoutes } from './retell/agent-versions.ts'
import { agentRoutes, showAgent } from './retell/agents.ts'
import { engineRoutes, flowEngine, llmEngine, newest, showEngine } from './retell/engines.ts'
import type { Engine, Versioned } from './retell/engines.ts'
import { flowComponentRoutes } from './retell/flow-components.ts'
import { knowledgeBaseRoutes, showKnowledgeBase } from './retell/knowledge-bases.ts'
import type { KnowledgeBase } from './retell/knowledge-bases.ts'
import { phoneNumberRoutes, showPhoneNumber } from './retell/phone-numbers.ts'
import { voiceRoutes } from './retell/voices.ts'
import { RetellError } from './retell/wire.ts'
import type { Fields } from './retell/wire.ts'

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
    accountRoutes(app, sandbox)
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
  rows: (store) => [
    ...engineRows(store, llmEngine),
    ...engineRows(store, flowEngine),
    ...store.list<Versioned>('agent').map(({ id, body }): SandboxRow => {
      const { channel, ...agent } = { channel: body.channel, ...showAgent(id, newest(body)) }
      return { type: 'agent', id, name: text(newest(body).fields['agent_name']), body: { ...agent, channel } }
    }),
    ...store.list<KnowledgeBase>('knowledge-base').map(({ id, body }): SandboxRow => ({
      type: 'knowledge-base',
      id,
      name: body.name,
      // With the texts, which the API never gives back, so that a test can see what arrived.
      body: { ...showKnowledgeBase(id, body), knowledge_base_sources: body.sources },
    })),
    ...store.list<Fields>('phone-number').map(({ id, body }): SandboxRow => ({
      type: 'phone-number',
      id,
      name: id,
      body: showPhoneNumber(body),
    })),
  ],
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

function accountRoutes(app: Router, _sandbox: SandboxContext): void {
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

const engineRows = (store: SandboxStore, engine: Engine): SandboxRow[] =>
  store.list<Versioned>(engine.type).map(({ id, body }) => {
    const shown = showEngine(engine, id, newest(body))
    return { type: engine.type, id, name: markerIn(shown), body: shown }
  })

/** Engines have no name: what a client marked them with, such as `sw-7f3a9c2e`, or nothing. */
const markerIn = (fields: Fields): string => /\[?\bsw-[0-9a-f]{6,}\b\]?/.exec(JSON.stringify(fields['default_dynamic_variables'] ?? {}))?.[0] ?? ''

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
