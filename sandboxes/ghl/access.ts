import type { Request, RequestHandler, Response } from 'express'
import { isRecord } from './body.ts'
import { GhlRefusal } from './refusal.ts'

/** A token is good for one location: the one in the path, else in the query, else in the body. */
export const checkLocation: RequestHandler = (req, res, next) => {
  const [, inPath] = /^\/locations\/([^/]+)/.exec(req.path) ?? []
  const inBody = isRecord(req.body) ? req.body['locationId'] : undefined
  const asked = inPath ?? req.query['locationId'] ?? req.query['location_id'] ?? inBody
  if (typeof asked === 'string') checkAccess(res, asked)
  next()
}

export function checkAccess(res: Response, location: unknown): void {
  if (location !== locationOf(res)) throw new GhlRefusal(403, 'The token does not have access to this location.')
}

export const locationOf = (res: Response): string => String(res.locals['account'])

const segments = [
  'locations', 'customFields', 'customValues', 'tags', 'calendars', 'opportunities', 'pipelines',
  'search', 'upsert', 'contacts', 'workflows', 'knowledge-bases',
]

/** Paths are case-sensitive, and one in the wrong case is answered 401, not 404. */
export const refuseUnknownPath: RequestHandler = ({ method, path }: Request) => {
  const misspelt = path.split('/').some((part) => !segments.includes(part) && segments.some((segment) => segment.toLowerCase() === part.toLowerCase()))
  if (misspelt) throw new GhlRefusal(401, 'This route is not yet supported by the IAM Service. Please update your IAM config.')
  throw new GhlRefusal(404, `Cannot ${method} ${path}`)
}
