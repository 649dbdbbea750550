import type { RequestHandler } from 'express'
import { GhlRefusal } from './refusal.ts'

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

/** A missing scope is a 401, though the token is valid. */
export const requirePipelineScope: RequestHandler = (req, res, next) => {
  if (req.method !== 'GET' && res.locals['mayWritePipelines'] !== true) throw new GhlRefusal(401, 'The token is not authorized for this scope.')
  next()
}
