import type { Router } from 'express'
import { getRow } from './context.ts'
import type { N8n } from './context.ts'
import { page } from './page.ts'
import { N8nRefusal } from './refusal.ts'

const statuses = ['canceled', 'crashed', 'error', 'new', 'running', 'success', 'unknown', 'waiting']

/** Nothing runs here, so the list is empty and every execution is unknown; what is asked is still checked. */
export function addExecutionRoutes(router: Router, n8n: N8n): void {
  router.get('/executions', (req, res) => {
    const { status } = req.query
    if (status !== undefined && !statuses.includes(String(status))) {
      throw new N8nRefusal(400, `request/query/status must be equal to one of the allowed values: ${statuses.join(', ')}`)
    }
    res.json(page(n8n.version, req, []))
  })
  router.get('/executions/:id', (req, res) => void res.json(getRow(n8n, 'execution', req.params.id)))
  router.delete('/executions/:id', (req, res) => void res.json(getRow(n8n, 'execution', req.params.id)))
  router.post('/executions/:id/retry', (req, res) => void res.json(getRow(n8n, 'execution', req.params.id)))
  router.post('/executions/:id/stop', (req, res) => void res.json(getRow(n8n, 'execution', req.params.id)))
}
