import type { Request, RequestHandler, Response } from 'express'
import { GhlRefusal } from './refusal.ts'
import { isRecord } from './body.ts'

/** The published values of the Version header; any other is refused. */
const versions = ['2021-04-15', '2021-07-28', '2023-02-21', 'v3']

/**
 * Private integration tokens name their location here: `pit-sandbox-<location>`, or `pit-noscope-<location>`
 * for one that may not write pipelines. A location's id is 20 letters and digits.
 */
const token = /^Bearer pit-(sandbox|noscope)-([A-Za-z0-9]{20})$/

export const authenticate: RequestHandler = (req, res, next) => {
  const [, scope, location] = token.exec(req.get('authorization') ?? '') ?? []
  if (location === undefined) throw new GhlRefusal(401, 'Invalid JWT')
  res.locals['account'] = location
  res.locals['mayWritePipelines'] = scope === 'sandbox'
  const version = req.get('version')
  if (version === undefined) throw new GhlRefusal(401, 'version header was not found.')
  if (!versions.includes(version)) throw new GhlRefusal(401, 'version header is invalid')
  next()
}

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

/** A missing scope is a 401, though the token is valid. */
export const requirePipelineScope: RequestHandler = (req, res, next) => {
  if (req.method !== 'GET' && res.locals['mayWritePipelines'] !== true) throw new GhlRefusal(401, 'The token is not authorized for this scope.')
  next()
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
