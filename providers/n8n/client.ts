import { z } from 'zod'
import { fit } from '../../domain/fit.ts'
import { isObject } from '../../domain/json.ts'
import { refused } from '../failures.ts'
import type { Http, JsonRequest } from '../http.ts'
import { ProviderError } from '../provider.ts'
import type { Connection } from '../provider.ts'

/** n8n's public API v1, as far as all versions from 2.8 on agree. Source: `GET {base}/api/v1/openapi.yml` of an instance. */
export interface N8nClient {
  /** `undefined`: the instance says that it has no such thing. */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined>
  /** Every page. */
  list<T>(path: string, schema: z.ZodType<T>, query?: Record<string, string>): Promise<T[]>
  send<T>(method: 'POST' | 'PUT' | 'PATCH', path: string, schema: z.ZodType<T>, body?: unknown): Promise<T>
  /** One that is gone already is no error. */
  remove(path: string): Promise<void>
}

/** 2.8 refuses a longer page, newer versions silently cut it. */
const longestPage = '250'

export function connectN8n(connection: Connection, http: Http): N8nClient {
  const call = (request: Pick<JsonRequest, 'method' | 'body' | 'accept'> & { path: string }) =>
    http.json({ ...request, url: `${connection.baseUrl}/api/v1${request.path}`, headers: { 'X-N8N-API-KEY': connection.secrets['apiKey'] ?? '' }, messageOf })

  const read = <T>(schema: z.ZodType<T>, body: unknown, path: string): T => {
    const parsed = fit(schema, body)
    if (parsed.success) return parsed.data
    throw new ProviderError(`n8n's answer to ${path} is not one of n8n's public API; check that ${connection.baseUrl} is the address of an n8n instance`, { provider: 'n8n', retryable: false })
  }

  return {
    async get(path, schema) {
      const { status, body, headers } = await call({ method: 'GET', path, accept: [404] })
      if (status !== 404) return read(schema, body, path)
      if (isAbsence(body)) return undefined
      throw noApi(headers)
    },
    async list<T>(path: string, schema: z.ZodType<T>, query: Record<string, string> = {}) {
      const page = z.object({ data: z.array(schema), nextCursor: z.string().nullish() })
      const found: T[] = []
      let cursor: string | null | undefined
      do {
        const search = new URLSearchParams({ limit: longestPage, ...query, ...(cursor ? { cursor } : {}) })
        const { status, body, headers } = await call({ method: 'GET', path: `${path}?${search.toString()}`, accept: [404] })
        if (status === 404) throw noApi(headers)
        const { data, nextCursor } = read(page, body, path)
        found.push(...data)
        cursor = nextCursor
      } while (cursor)
      return found
    },
    async send(method, path, schema, body) {
      return read(schema, (await call({ method, path, body })).body, path)
    },
    async remove(path) {
      const { status, body, headers } = await call({ method: 'DELETE', path, accept: [404] })
      if (status === 404 && !isAbsence(body)) throw noApi(headers)
    },
  }
}

const messageOf = (body: unknown): string | undefined => (isObject(body) && typeof body['message'] === 'string' ? body['message'] : undefined)

/** An absent resource is answered in JSON; a page of something else must not pass for one. */
const isAbsence = (body: unknown): boolean => messageOf(body) !== undefined

const noApi = (headers: Headers): ProviderError =>
  refused({ provider: 'n8n', status: 404, headers, message: 'there is no public API at this address; check the base URL, and that N8N_PUBLIC_API_DISABLED is not set' })
