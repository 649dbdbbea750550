import type { JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import { refused } from '../failures.ts'
import type { Http, JsonAnswer, JsonRequest } from '../http.ts'
import { ProviderError } from '../provider.ts'
import type { Connection } from '../provider.ts'
import { waitOf } from './rate-limits.ts'

/** `vendorCode` of the 401 that a valid token gets where it lacks a scope. */
export const missingScope = 'MISSING_SCOPE'

export interface GhlRequest {
  /** From the origin on, with the query. */
  path: string
  /** What the token needs for it; named when the vendor misses it. */
  scope: string
  /** The API's version; 2021-07-28 for most products. */
  version?: string | undefined
}

/** HighLevel's API for one sub-account. Source: marketplace.gohighlevel.com/docs. */
export interface GhlClient {
  location: string
  /** `undefined`: the vendor says that there is no such thing. */
  get(request: GhlRequest): Promise<JsonObject | undefined>
  put(request: GhlRequest, body: JsonObject): Promise<JsonObject>
  post(request: GhlRequest, body: JsonObject): Promise<Posted>
  /** One that is gone already is no error. */
  remove(request: GhlRequest): Promise<void>
}

export type Posted =
  | { made: JsonObject }
  /** The name is taken; some products say by what. */
  | { taken: ProviderError; existingId?: string }

const usualVersion = '2021-07-28'
const weClassify = [400, 401, 403, 404, 409, 422, 429]

export function connectGhl(connection: Connection, http: Http): GhlClient {
  async function call(method: JsonRequest['method'], { path, version = usualVersion }: GhlRequest, body?: JsonObject): Promise<JsonAnswer> {
    const headers = { Authorization: `Bearer ${connection.secrets['token'] ?? ''}`, Version: version }
    return http.json({ method, url: `${connection.baseUrl}${path}`, headers, body, messageOf, accept: weClassify })
  }

  const read = (answer: JsonAnswer, { scope }: GhlRequest): JsonObject => {
    if (answer.status >= 400) throw refusalOf(answer, scope)
    return isObject(answer.body) ? answer.body : {}
  }

  return {
    location: connection.config['locationId'] ?? '',
    async get(request) {
      const answer = await call('GET', request)
      return isAbsence(answer) ? undefined : read(answer, request)
    },
    async put(request, body) {
      return read(await call('PUT', request, body), request)
    },
    async post(request, body) {
      const answer = await call('POST', request, body)
      if (!isTaken(answer)) return { made: read(answer, request) }
      const meta = isObject(answer.body) ? answer.body['meta'] : undefined
      const existingId = isObject(meta) ? meta['existingId'] : undefined
      return { taken: refusalOf(answer, request.scope), ...(typeof existingId === 'string' ? { existingId } : {}) }
    },
    async remove(request) {
      const answer = await call('DELETE', request)
      if (!isAbsence(answer)) read(answer, request)
    },
  }
}

/** A string, or a list of them in a 422; `traceId` is what HighLevel's support asks for. */
function messageOf(body: unknown): string | undefined {
  if (!isObject(body)) return undefined
  const { message, traceId } = body
  const text = Array.isArray(message) ? message.map(String).join('; ') : typeof message === 'string' ? message : undefined
  return text !== undefined && typeof traceId === 'string' ? `${text} (traceId ${traceId})` : text
}

const textOf = ({ body }: JsonAnswer): string => messageOf(body) ?? ''

/** A path that is not there is no answer about the thing. */
const isAbsence = (answer: JsonAnswer): boolean => answer.status === 404 && !/^Cannot [A-Z]+ /.test(textOf(answer))

/** "The tag name is already exist.", "… already exists", "The slug … is already taken". */
const isTaken = (answer: JsonAnswer): boolean => [400, 409].includes(answer.status) && /already\s*(exist|taken)|duplicate/i.test(textOf(answer))

function refusalOf(answer: JsonAnswer, scope: string): ProviderError {
  const { status, headers } = answer
  const message = textOf(answer) || `no reason given (${String(status)})`
  if (status === 401 && /not authorized for this scope/i.test(message)) {
    const hint = `${message} Give the token the scope ${scope}.`
    return refused({ provider: 'ghl', status, headers, message: hint, vendorCode: missingScope })
  }
  return refused({ provider: 'ghl', status, headers, message, ...(status === 429 ? { retryAfterMs: waitOf(headers) } : {}) })
}
