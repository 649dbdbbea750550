import { createHash, randomUUID } from 'node:crypto'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Faults, SandboxContext, SandboxDefinition } from './kernel.ts'
import { readCompletionRequest } from './llm/completion-request.ts'
import type { CompletionRequest } from './llm/completion-request.ts'
import { LlmError } from './llm/errors.ts'
import { schemaIn } from './llm/schema-in-text.ts'
import { valueFor } from './llm/schema-values.ts'

interface Completion {
  model: string
  messages: unknown
  content: string
}

/**
 * Behaves like the chat completions of an OpenAI-compatible server (platform.openai.com/docs/api-reference/chat): equal requests get
 * equal answers. Keys: `sk-…` is good, `sk-no-quota` has no quota left. Orders: `refuseJsonSchema: true` as many compatible
 * servers do; `refusal: true` makes the model decline.
 */
export const llmSandbox: SandboxDefinition = {
  name: 'llm',
  extraOrders: ['refuseJsonSchema', 'refusal'],
  routes(app, sandbox) {
    app.use(authenticate)
    app.get('/v1/models', (_req, res) => {
      res.json({ object: 'list', data: [{ id: 'sandbox-model', object: 'model', created: 0, owned_by: 'sandbox' }] })
    })
    app.post('/v1/chat/completions', (req, res) => complete(req, res, sandbox))
    app.use((req) => {
      throw new LlmError(404, `Invalid URL (${req.method} ${req.path})`, { code: 'unknown_url' })
    })
    app.use(answerError)
  },
  faultResponse(kind: '500' | '429', res: Response, faults: Faults) {
    if (kind === '500') return answer(res, new LlmError(500, 'The server had an error while processing your request', { type: 'server_error' }))
    if (faults.retryAfterMs !== undefined) {
      res.set({ 'retry-after-ms': String(faults.retryAfterMs), 'retry-after': String(Math.ceil(faults.retryAfterMs / 1000)) })
    }
    answer(res, new LlmError(429, 'Rate limit reached for requests', { type: 'requests', code: 'rate_limit_exceeded' }))
  },
  rows: (store) => store.list<Completion>('completion').map(({ id, body }) => ({ type: 'completion', id, name: body.model, body: { ...body } })),
}

function complete(req: Request, res: Response, { store, faults }: SandboxContext): void {
  const { extras } = faults()
  const asked = readCompletionRequest(req.body, extras?.['refuseJsonSchema'] === true)
  const hash = createHash('sha256').update(JSON.stringify([asked.model, asked.messages, asked.format])).digest('hex')
  const id = `chatcmpl-${hash.slice(0, 29)}`
  const refused = extras?.['refusal'] === true
  const whole = refused ? '' : contentFor(asked, hash)
  // Four characters to a token is the vendor's own rule of thumb.
  const content = whole.slice(0, asked.maxTokens * 4)
  store.put('completion', id, { model: asked.model, messages: asked.messages, content } satisfies Completion)

  const [promptTokens, completionTokens] = [tokens(JSON.stringify(asked.messages)), tokens(content)]
  res.set('x-request-id', `req_${randomUUID().replaceAll('-', '')}`)
  res.json({
    id,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: asked.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: refused ? null : content, refusal: refused ? "I'm sorry, I can't help with that." : null },
        logprobs: null,
        finish_reason: content.length < whole.length ? 'length' : 'stop',
      },
    ],
    usage: { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens },
  })
}

/** JSON where it was asked for, by response_format or by a schema in the prompt; prose otherwise. */
function contentFor({ format, text }: CompletionRequest, hash: string): string {
  const schema = format.type === 'json_schema' ? format.schema : schemaIn(text)
  if (schema !== undefined) return JSON.stringify(valueFor(schema, hash))
  return format.type === 'json_object' ? JSON.stringify({ answer: `Sandbox answer ${hash.slice(0, 12)}` }) : `Sandbox answer ${hash.slice(0, 12)}.`
}

const authenticate: RequestHandler = (req, _res, next) => {
  const key = /^Bearer (sk-\S+)$/.exec(req.headers.authorization ?? '')?.[1]
  if (key === undefined || key === 'sk-revoked') throw new LlmError(401, 'Incorrect API key provided', { code: 'invalid_api_key' })
  if (key === 'sk-no-quota') {
    throw new LlmError(429, 'You exceeded your current quota, please check your plan and billing details', {
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    })
  }
  next()
}

const answerError: ErrorRequestHandler = (error: Error & { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error)
  answer(res, error instanceof LlmError ? error : new LlmError(error.status ?? 500, error.message))
}

function answer(res: Response, { status, message, type, param, code }: LlmError): void {
  res.status(status).json({ error: { message, type, param, code } })
}

const tokens = (text: string): number => Math.ceil(text.length / 4)
