import type { Router } from 'express'
import { checkBody } from './body.ts'
import type { N8n } from './context.ts'
import { N8nRefusal } from './refusal.ts'
import { text } from './shapes.ts'
import { allTags, viewTag } from './tag.ts'
import { findWorkflow, saveWorkflow } from './workflow-row.ts'

const shape = { type: 'array', items: { type: 'object', required: ['id'], properties: { id: text } } } as const

export function addWorkflowTagRoutes(router: Router, n8n: N8n): void {
  router.get('/workflows/:id/tags', (req, res) => {
    const { tagIds } = findWorkflow(n8n, req.params.id)
    res.json(allTags(n8n).filter(({ id }) => tagIds.includes(id)).map(viewTag))
  })
  router.put('/workflows/:id/tags', (req, res) => {
    const workflow = findWorkflow(n8n, req.params.id)
    const body: unknown = req.body
    checkBody(n8n.version, shape, body)
    const tagIds = [...new Set(body.map(({ id }) => id))]
    if (!tagIds.every((id) => n8n.store.get('tag', id) !== undefined)) throw new N8nRefusal(404, 'Some tags not found')
    saveWorkflow(n8n, { ...workflow, tagIds })
    res.json(allTags(n8n).filter(({ id }) => tagIds.includes(id)).map(viewTag))
  })
}
