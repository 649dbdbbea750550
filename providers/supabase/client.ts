import { PostgrestClient } from '@supabase/postgrest-js'
import { refused, unreachable } from '../failures.ts'
import type { Http } from '../http.ts'
import { ProviderError } from '../provider.ts'
import type { Account, Connection } from '../provider.ts'
import { schemaDocs, uniqueKeySql } from './schema.ts'
import { secrets } from './secrets.ts'

export interface Supabase {
  rest: PostgrestClient
  http: Http
  /** Rejects where the answer is a refusal. */
  send: Http['fetch']
  headers: Record<string, string>
}

/** `https://<ref>.supabase.co`; people also paste the address with the REST path. */
export const originOf = (connection: Connection): string => connection.baseUrl.replace(/\/+(rest(\/v1)?\/*)?$/, '')

/** Legacy keys are JWTs and are sent twice; `sb_secret_…` keys are no JWTs and must not be a Bearer (supabase.com/docs/guides/api/api-keys). */
const keyHeaders = (key: string): Record<string, string> =>
  key.startsWith('eyJ') ? { apikey: key, authorization: `Bearer ${key}` } : { apikey: key }

export function connectSupabase(connection: Connection, http: Http): Supabase {
  const headers = keyHeaders(secrets.parse(connection.secrets).serviceKey)
  const send = refusing(http.fetch)
  return { rest: new PostgrestClient(`${originOf(connection)}/rest/v1`, { headers, schema: 'public', retry: false, fetch: send }), http, send, headers }
}

/** The account as this adapter made it; others see it opaque. */
export function supabaseOf(account: Account<unknown>): Supabase {
  if (account.connection.provider !== 'supabase') throw new Error(`A stage needs a supabase connection, not ${account.connection.provider}`)
  return account.client as Supabase
}

/** postgrest-js reads an empty 404 as success and drops Retry-After, so refusals are told from the answer itself. */
const refusing = (send: Http['fetch']): Http['fetch'] => async (input, init) => {
  const answer = await send(input, init)
  if (answer.ok) return answer
  const text = await answer.text().catch((error: unknown) => { throw unreachable('supabase', error) })
  throw refusal(answer, text, String(input))
}

interface PostgrestBody {
  code?: string
  message?: string
  details?: string | null
  hint?: string | null
}

/** SQL states that no repetition mends, whatever status PostgREST gives them; docs.postgrest.org/en/v12/references/errors.html. */
const finalState = /^(21|22|23|42)...$/

function refusal(answer: Response, text: string, url: string): ProviderError {
  // PostgREST before 12.2 says no more than this of a table that it does not know.
  const unknownTable = answer.status === 404 && text.trim() === '{}'
  const { code, message, details, hint } = unknownTable ? { code: 'PGRST205', message: 'no such table' } : bodyOf(text)
  const said = [message, details, hint].filter(Boolean).join(' ') || text.trim() || answer.statusText || 'no reason given'
  return refused({
    provider: 'supabase',
    status: answer.status,
    message: said + advice(code, new URL(url).pathname.replace(/^.*\//, '')),
    headers: answer.headers,
    vendorCode: code,
    exceptions: code !== undefined && finalState.test(code) ? { [answer.status]: false } : undefined,
  })
}

function advice(code: string | undefined, table: string): string {
  if (code === '42P10') return `. The table ${table} has no unique key on owner and key; run this SQL in the project: ${uniqueKeySql(table)}`
  if (code === 'PGRST204' || code === '42703') return `. The table ${table} has other columns than ours; compare it with ${schemaDocs}`
  if (code === 'PGRST301' || code === 'PGRST303') return '. Check the service key of the connection'
  return ''
}

/** A gateway before PostgREST answers in other shapes, or with nothing. */
function bodyOf(text: string): PostgrestBody {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {}
  } catch {
    return {}
  }
}

/** Runs one request; whatever goes wrong is a ProviderError. */
export async function run<T>(request: { throwOnError(): PromiseLike<T> }): Promise<T> {
  try {
    return await request.throwOnError()
  } catch (error) {
    if (error instanceof ProviderError) throw error
    if (error instanceof Error && error.name === 'PostgrestError') {
      throw new ProviderError('supabase answered something that is not PostgREST\'s: is the address the project\'s?', { provider: 'supabase', retryable: false })
    }
    throw unreachable('supabase', error)
  }
}
