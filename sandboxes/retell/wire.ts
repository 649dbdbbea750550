import { randomBytes } from 'node:crypto'
import type { Request } from 'express'
import type { SandboxContext } from '../kernel.ts'

/** Any JSON object on Retell's wire. */
export type Fields = Record<string, unknown>

/** A refusal in Retell's shape: `{"status": "error", "message": …}`. */
export class RetellError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'RetellError'
    this.status = status
  }
}

export const refuse = (message: string): never => {
  throw new RetellError(400, message)
}

/** Retell answers 422, not 404, for an asset that this key does not know. */
export const unknownAsset = (what: string, id: string): never => {
  throw new RetellError(422, `Cannot find requested asset under given api key: ${what} "${id}"`)
}

/** llm_…, agent_…: a prefix and 30 hexadecimal digits. */
export const newId = (prefix: string): string => `${prefix}_${randomBytes(15).toString('hex')}`

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON object, or nothing at all, which counts as an empty one. */
export function readBody(req: Request): Fields {
  const body: unknown = req.body ?? {}
  if (Buffer.isBuffer(body) && body.length === 0) return {}
  return isFields(body) ? body : refuse('Request body must be a JSON object')
}

export function readParam(req: Request, name: string): string {
  const value = req.params[name]
  return typeof value === 'string' ? value : refuse(`${name} is required`)
}

export function readQuery(req: Request, name: string): string | undefined {
  const value = req.query[name]
  if (value === undefined || typeof value === 'string') return value
  return refuse(`Query parameter ${name} must be given once`)
}

/** The version a request asks for, if it does. */
export function readVersion(req: Request): number | undefined {
  const value = readQuery(req, 'version')
  if (value === undefined) return undefined
  return /^\d+$/.test(value) ? Number(value) : refuse('version must be a number')
}

interface Listed {
  id: string
  createdAt: number
}

/** One page of a v2 list: cursor `pagination_key` while `has_more`. */
export function paginate<T extends Listed>(req: Request, sandbox: SandboxContext, all: T[], show: (item: T) => Fields): Fields {
  const limit = Number(readQuery(req, 'limit') ?? 50)
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) refuse('limit must be an integer from 1 to 1000')
  const order = readQuery(req, 'sort_order') ?? 'descending'
  if (order !== 'ascending' && order !== 'descending') refuse('sort_order must be ascending or descending')

  const newestShown = Date.now() - (sandbox.faults().listLagMs ?? 0)
  const visible = all.filter(({ createdAt }) => createdAt <= newestShown)
  const sorted = order === 'ascending' ? visible : visible.toReversed()
  const key = readQuery(req, 'pagination_key')
  const last = key === undefined ? -1 : sorted.findIndex(({ id }) => id === Buffer.from(key, 'base64url').toString())
  if (key !== undefined && last < 0) refuse('Invalid pagination_key')

  const page = sorted.slice(last + 1, last + 1 + limit)
  const end = page.at(-1)
  const hasMore = last + 1 + limit < sorted.length
  return {
    items: page.map(show),
    has_more: hasMore,
    ...(hasMore && end !== undefined ? { pagination_key: Buffer.from(end.id).toString('base64url') } : {}),
  }
}
