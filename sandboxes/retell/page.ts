import type { Request } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { refuse } from './refusal.ts'
import { readQuery } from './wire.ts'
import type { Fields } from './wire.ts'

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
