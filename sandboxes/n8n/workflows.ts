import { randomUUID } from 'node:crypto'
import type { Router } from 'express'
import { checkBody } from './body.ts'
import type { N8n } from './context.ts'
import { page } from './page.ts'
import { checkPublishable } from './publication.ts'
import { N8nRefusal } from './refusal.ts'
import { isAskedFor } from './workflow-filter.ts'
import { refuseArchived } from './workflow-publication.ts'
import { findWorkflow, saveWorkflow, viewWorkflow } from './workflow-row.ts'
import { workflowShape } from './workflow-shape.ts'
import { draftOf, newWorkflow } from './workflow.ts'
import type { Workflow } from './workflow.ts'

export function addWorkflowRoutes(router: Router, n8n: N8n): void {
  const { version, store } = n8n

  router.post('/workflows', (req, res) => {
    const body: unknown = req.body
    checkBody(version, workflowShape[version], body)
    res.json(saveWorkflow(n8n, newWorkflow(draftOf(body))))
  })

  router.get('/workflows', (req, res) => {
    const chosen = store.list<Workflow>('workflow').filter(({ body }) => isAskedFor(n8n, req, body))
    const withPinData = req.query['excludePinnedData'] !== 'true'
    res.json(page(version, req, chosen.map(({ body }) => viewWorkflow(n8n, body, withPinData))))
  })

  router.get('/workflows/:id', (req, res) => {
    res.json(viewWorkflow(n8n, findWorkflow(n8n, req.params.id), req.query['excludePinnedData'] !== 'true'))
  })

  router.put('/workflows/:id', (req, res) => {
    const workflow = findWorkflow(n8n, req.params.id)
    const body: unknown = req.body
    checkBody(version, workflowShape[version], body)
    refuseArchived(workflow)
    const draft = { ...workflow, ...draftOf(body), versionId: randomUUID(), versionCounter: workflow.versionCounter + 1 }
    const keepDraft = version !== '2.8' && req.query['publishIfActive'] === 'false'
    if (workflow.activeVersion === null || keepDraft) return void res.json(saveWorkflow(n8n, draft))
    checkPublishable(store, workflow.id, draft.nodes)
    const { versionId, nodes, connections } = draft
    res.json(saveWorkflow(n8n, { ...draft, activeVersion: { versionId, nodes, connections } }))
  })

  router.delete('/workflows/:id', (req, res) => {
    const workflow = findWorkflow(n8n, req.params.id)
    if (workflow.activeVersion !== null) throw new N8nRefusal(409, 'Workflow is published and cannot be deleted. Unpublish it first.')
    store.delete('workflow', workflow.id)
    res.json(viewWorkflow(n8n, workflow))
  })
}
