import createFetchClient, { type FetchResponse, type MaybeOptionalInit } from 'openapi-fetch'
import type { HttpMethod, MediaType, PathsWithMethod, Readable, RequiredKeysOf } from 'openapi-typescript-helpers'
import { ApiError, errorOf, unanswered } from './errors.ts'
import type { operations, paths } from './generated/api.ts'
import { keepsNoAnswer } from './generated/keeps-no-answer.ts'
import { type RetryPolicy, ofProof, withRetries } from './retry.ts'

type Methods = paths[keyof paths]
type Data<Response> = Response extends { data: infer D } ? D : never
/** With `dryRun` a request is answered with what would be made, which has no id yet; the document cannot say which. */
type Made = { instanceId: string } | { runId: string }
type Meant<Answered, Init> = Init extends { body: { dryRun: infer Dry } } ? (Dry extends true ? Exclude<Answered, Made> : Extract<Answered, Made>) : Answered
/** What a good answer holds; undefined where it has no body. */
type Answer<Row, Init> = Row extends Record<string | number, unknown> ? ([Data<FetchResponse<Row, Init, MediaType>>] extends [never] ? undefined : Meant<Data<FetchResponse<Row, Init, MediaType>>, Init>) : never

/** Any operation of the API, typed by the OpenAPI document. Throws ApiError and UnreachableError. */
export type Ask = <Method extends HttpMethod & keyof Methods, Path extends PathsWithMethod<paths, Method>, Init extends MaybeOptionalInit<paths[Path], Method>>(
  method: Method,
  path: Path,
  ...init: RequiredKeysOf<Init> extends never ? [Init?] : [Init]
) => Promise<Answer<paths[Path][Method], Init>>

/** Requests, answers and queries by operation id. */
export type OperationId = keyof operations
type JsonOf<Part> = Part extends { content: { 'application/json': infer Body } } ? Body : never
export type BodyOf<Id extends OperationId> = operations[Id] extends { requestBody?: infer Body } ? JsonOf<Exclude<Body, undefined>> : never
export type QueryOf<Id extends OperationId> = operations[Id]['parameters'] extends { query?: infer Query } ? Exclude<Query, undefined> : never
export type AnswerOf<Id extends OperationId> = operations[Id]['responses'] extends infer Responses ? { [Status in keyof Responses]: Status extends 200 | 201 | 202 ? Readable<JsonOf<Responses[Status]>> : never }[keyof Responses] : never

/** How one request proves who asks. */
export interface Credentials {
  headers(): Promise<Record<string, string>>
  /** Called when those headers were refused. Answers whether there are others now. */
  renew(refused: Record<string, string>): Promise<boolean>
}

export const noCredentials: Credentials = { headers: () => Promise.resolve({}), renew: () => Promise.resolve(false) }

/** The header for a token or a key. Were it no header, fetch would say so, and with it the secret. */
export function proofOf(token: string): { Authorization: string } {
  if (!/^[\x20-\x7e]+$/.test(token) || token.trim() !== token) throw new TypeError('The token or API key is empty, begins or ends with a space, or has a line break or another character that no header can carry')
  return { Authorization: `Bearer ${token}` }
}

export interface Connection {
  baseUrl: string
  fetch: typeof globalThis.fetch
  credentials: Credentials
  retry: RetryPolicy
}

interface LooseInit {
  headers?: ConstructorParameters<typeof Headers>[0]
  signal?: AbortSignal
  params?: { header?: Record<string, unknown> }
}
interface LooseOperation {
  parameters: { header?: Record<string, unknown> }
  responses: Record<200 | 'default', { content: { 'application/json': unknown } }>
}

/** 128 random bits. `crypto.randomUUID` exists in secure contexts alone. */
const randomKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Whether a request that may have arrived can be sent again without being done twice. */
const isRepeatable = (method: string, path: string): boolean => ['get', 'put', 'delete'].includes(method) || (method === 'post' && !keepsNoAnswer.has(path))

export function createAsk({ baseUrl, fetch, credentials, retry }: Connection): Ask {
  const { request } = createFetchClient<Record<string, Record<HttpMethod, LooseOperation>>>({ baseUrl, fetch: (input) => fetch(input) })

  const once = async (method: HttpMethod, path: string, init: LooseInit, headers: Headers): Promise<unknown> => {
    // What a login says, and the token, are for this address alone.
    const answered = await request(method, path, { ...init, headers, redirect: 'manual' }).catch((error: unknown) => {
      init.signal?.throwIfAborted()
      throw unanswered(baseUrl, error)
    })
    if (!answered.response.ok) throw errorOf(baseUrl, answered.response, answered.error)
    return answered.data
  }

  const asSomebody = async (method: HttpMethod, path: string, init: LooseInit, own: Record<string, string>): Promise<unknown> => {
    const headersWith = (proof: Record<string, string>) => {
      const headers = new Headers({ ...own, ...proof })
      // What the caller says goes.
      new Headers(init.headers).forEach((value, name) => { headers.set(name, value) })
      return headers
    }
    const headersNow = () => credentials.headers().catch(ofProof)
    const proof = await headersNow()
    try {
      return await once(method, path, init, headersWith(proof))
    } catch (error) {
      if (!(error instanceof ApiError && error.is('401.unauthenticated') && (await credentials.renew(proof).catch(ofProof)))) throw error
      return once(method, path, init, headersWith(await headersNow()))
    }
  }

  const ask = (method: HttpMethod, path: string, init: LooseInit = {}): Promise<unknown> => {
    const keyed = method === 'post' && isRepeatable(method, path) && init.params?.header?.['Idempotency-Key'] === undefined
    const own: Record<string, string> = keyed ? { 'Idempotency-Key': randomKey() } : {}
    const work = () => asSomebody(method, path, init, own)
    return isRepeatable(method, path) ? withRetries(work, retry, init.signal) : work()
  }
  // Its types were checked where it is called; inside, an operation is any operation.
  return ask as Ask
}
