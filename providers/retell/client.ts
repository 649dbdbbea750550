import Retell, { APIConnectionError, APIConnectionTimeoutError, APIError } from 'retell-sdk'
import type { JsonObject } from '../../contracts/json.ts'
import { refused, unreachable } from '../failures.ts'
import type { Fetch, Http } from '../http.ts'
import { ProviderError } from '../provider.ts'
import type { Account as AnyAccount, Connection } from '../provider.ts'

export type Account = AnyAccount<Retell>
export type { Retell }

export const provider = 'retell'

/** The SDK's form is of Node's own FormData class, which another undici would send as "[object FormData]". */
function plainBodies(fetch: Fetch): Fetch {
  const plain: Fetch = async (input, init) => {
    if (!(init?.body instanceof FormData)) return fetch(input, init)
    const encoded = new Response(init.body)
    const headers = new Headers(init.headers)
    headers.set('content-type', encoded.headers.get('content-type') ?? 'multipart/form-data')
    return fetch(input, { ...init, headers, body: await encoded.arrayBuffer() })
  }
  // Where the SDK looks for a class that encodes forms before it would fetch a data: URL to see one.
  return Object.assign(plain, { Response })
}

/** Retries are the caller's: a repeated POST makes a second resource, which only a look-up beforehand can prevent. */
export const openClient = (connection: Connection, http: Http): Retell =>
  new Retell({
    apiKey: connection.secrets['apiKey'] ?? '',
    baseURL: connection.baseUrl,
    maxRetries: 0,
    logLevel: 'off',
    fetch: plainBodies(http.fetch),
  })

/** Runs SDK calls and answers their result as JSON; what the SDK throws becomes a ProviderError. */
export async function call<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    throw failure(error)
  }
}

/** The same for something that may be gone: Retell answers 422, seldom 404, to an id that this key does not know. */
export async function ifThere<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call(request)
  } catch (error) {
    if (isRefusal(error, 404, 422)) return undefined
    throw error
  }
}

export const isRefusal = (error: unknown, ...statuses: number[]): error is ProviderError =>
  error instanceof ProviderError && statuses.includes(error.details.status ?? 0)

/** The SDK's types are narrower than JSON; what goes in has passed `validate`, what comes out came as JSON. */
export const typed = <T>(spec: JsonObject): T => spec as T
export const json = (answer: unknown): JsonObject => answer as JsonObject

export interface Page {
  limit: number
  pagination_key?: string
}

/** All items of a list that is paged by `pagination_key`. */
export async function* everyItem<T>(list: (page: Page) => Promise<{ items: T[]; has_more: boolean; pagination_key?: string }>): AsyncGenerator<T> {
  for (let page: Page | undefined = { limit: 100 }; page; ) {
    const now: Page = page
    const { items, has_more, pagination_key } = await call(() => list(now))
    yield* items
    page = has_more && pagination_key !== undefined ? { ...now, pagination_key } : undefined
  }
}

/** docs.retellai.com, error handling: besides the usual statuses 409 is worth another attempt; 402 needs a payment. */
const exceptions = { 402: false, 408: true, 409: true }

function failure(error: unknown): unknown {
  if (error instanceof APIConnectionTimeoutError) return unreachable(provider, Object.assign(new Error(error.message), { name: 'TimeoutError' }))
  if (error instanceof APIConnectionError) return unreachable(provider, error.cause)
  if (error instanceof APIError && error.status !== undefined) {
    return refused({ provider, status: error.status, message: messageOf(error), headers: error.headers, exceptions })
  }
  if (error instanceof SyntaxError) {
    return new ProviderError('retell answered something that is not JSON', { provider, retryable: true, vendorCode: 'BAD_ANSWER' }, { cause: error })
  }
  return brokeOff(error) ? unreachable(provider, error) : error
}

/** The answer began but did not end: undici's words for a closed connection, or our own time limit. */
const brokeOff = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && (('message' in error && error.message === 'terminated') || ('name' in error && (error.name === 'TimeoutError' || error.name === 'AbortError')))

function messageOf(error: APIError): string {
  const body: unknown = error.error
  return typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string' ? body.message : error.message
}
