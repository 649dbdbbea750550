import { createHash } from 'node:crypto'
import type { Router } from 'express'
import { locationOf } from './access.ts'
import { checkQuery, fields } from './body.ts'
import { GhlRefusal } from './refusal.ts'

/** What every location has: workflows are made in HighLevel's own editor. */
const existing = [
  { name: 'Missed Call Text Back', status: 'published' },
  { name: 'Lead Nurture', status: 'draft' },
]

/** Read-only: only v3 has a write, and that is for a few chosen locations. Source: HighLevel's Workflows API. */
export function addWorkflowRoutes(router: Router): void {
  router.get('/workflows', (req, res) => {
    checkQuery(fields({ string: 'locationId*' }), req.query)
    const locationId = locationOf(res)
    const at = '2026-01-05T09:00:00.000Z'
    res.json({ workflows: existing.map((workflow) => ({ id: idOf(locationId, workflow.name), ...workflow, version: 1, createdAt: at, updatedAt: at, locationId })) })
  })
  router.post('/workflows', (req, _res, next) => {
    if (req.get('version') !== 'v3') return next()
    throw new GhlRefusal(403, 'The workflow API is not enabled for this location.', { code: 'WORKFLOW_API_NOT_ENABLED_FOR_LOCATION' })
  })
}

/** The same at every start, in the shape of a UUID. */
function idOf(location: string, name: string): string {
  const hash = createHash('sha256').update(`${location} ${name}`).digest('hex')
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-')
}
