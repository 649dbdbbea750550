import OpenAI from 'openai'
import { z } from 'zod'
import { refused, unreachable } from '../failures.ts'
import type { Http } from '../http.ts'
import { ProviderError } from '../provider.ts'
import type { Account, Connection } from '../provider.ts'

export const settings = z.strictObject({
  model: z.string().min(1),
  /** How the server is told to answer with JSON: many compatible servers know no json_schema, some know nothing. */
  structuredOutput: z.enum(['json_schema', 'json_object', 'prompt']).default('json_schema'),
  /** OpenAI's newer models refuse max_tokens; some compatible servers know only that. */
  tokenLimit: z.enum(['max_completion_tokens', 'max_tokens']).default('max_completion_tokens'),
})
export type Settings = z.infer<typeof settings>

export const secrets = z.strictObject({ apiKey: z.string().min(1) })

export interface Llm {
  openai: OpenAI
  settings: Settings
}

export function connectLlm(connection: Connection, http: Http): Llm {
  const openai = new OpenAI({
    baseURL: apiBase(connection.baseUrl),
    apiKey: secrets.parse(connection.secrets).apiKey,
    // The environment must not choose: what is left out, the client reads from OPENAI_… variables.
    adminAPIKey: null,
    organization: null,
    project: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: 120_000,
    fetch: http.fetch,
  })
  return { openai, settings: settings.parse(connection.config) }
}

/** The API lies under /v1 unless the address names a path of its own. */
function apiBase(baseUrl: string): string {
  const url = new URL(baseUrl)
  if (url.pathname === '/') url.pathname = '/v1'
  return url.href.replace(/\/+$/, '')
}

/** The account as this adapter made it; others see it opaque. */
export function llmOf(account: Account<unknown>): Llm {
  if (account.connection.provider !== 'llm') throw new Error(`Writing texts needs an llm connection, not ${account.connection.provider}`)
  return account.client as Llm
}

/** An answer that no repetition mends. */
export const unusable = (message: string, vendorCode: string): ProviderError =>
  new ProviderError(`llm: ${message}`, { provider: 'llm', retryable: false, vendorCode })

export function trouble(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error
  // The client wraps what our own fetch threw, which is classified already.
  if (error instanceof OpenAI.APIConnectionError) return error.cause instanceof ProviderError ? error.cause : unreachable('llm', error)
  if (!(error instanceof OpenAI.APIError) || typeof error.status !== 'number') return unreachable('llm', error)
  const { status, code, param, type } = error
  const outOfQuota = code === 'insufficient_quota' || type === 'insufficient_quota'
  const noSuchFormat = (status === 400 || status === 422) && (String(param).startsWith('response_format') || /response_format|json_schema/.test(error.message))
  return refused({
    provider: 'llm',
    status,
    message: sentence(error) + (noSuchFormat ? '. Set structuredOutput of this connection to json_object or prompt' : ''),
    headers: error.headers,
    vendorCode: code ?? type ?? undefined,
    exceptions: { 409: true, ...(outOfQuota ? { 429: false } : {}) },
  })
}

/** The client puts the status before the server's own sentence. */
function sentence({ status, message }: { status: unknown; message: string }): string {
  const said = message.replace(new RegExp(`^${String(status)} `), '')
  return said === 'status code (no body)' ? 'no reason given' : said
}
