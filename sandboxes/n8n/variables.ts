import type { Router } from 'express'
import { checkBody } from './body.ts'
import { getRow, newId, requireLicense } from './context.ts'
import type { N8n } from './context.ts'
import { page } from './page.ts'
import { N8nRefusal } from './refusal.ts'
import { readOnly, text } from './shapes.ts'

interface Variable {
  id: string
  key: string
  value: string
}

const shape = {
  type: 'object',
  required: ['key', 'value'],
  properties: { id: readOnly, type: readOnly, key: text, value: text, projectId: {} },
} as const

/** Variables and projects are licensed features: a Community instance answers 403. */
export function addVariableRoutes(router: Router, n8n: N8n): void {
  const { version, store } = n8n

  function read(body: unknown): Omit<Variable, 'id'> {
    checkBody(version, shape, body)
    const { key, value } = body
    if (key.length > 50 || value.length > 1000) throw new N8nRefusal(400, 'key must not exceed 50 characters, value must not exceed 1000')
    return { key, value }
  }

  router.use('/projects', () => requireLicense(n8n, 'feat:projectRole:admin'))
  router.use('/variables', (_req, _res, next) => {
    requireLicense(n8n, 'feat:variables')
    next()
  })
  router.get('/variables', (req, res) => void res.json(page(version, req, store.list<Variable>('variable').map(({ body }) => body))))
  router.post('/variables', (req, res) => {
    const id = newId()
    store.put('variable', id, { id, ...read(req.body) })
    res.status(201).end()
  })
  router.put('/variables/:id', (req, res) => {
    const { id } = getRow<Variable>(n8n, 'variable', req.params.id)
    store.put('variable', id, { id, ...read(req.body) })
    res.status(204).end()
  })
  router.delete('/variables/:id', (req, res) => {
    store.delete('variable', getRow<Variable>(n8n, 'variable', req.params.id).id)
    res.status(204).end()
  })
}
