import type { Router } from 'express'
import { checkBody } from './body.ts'
import type { N8n } from './context.ts'
import { checkPublishable } from './publication.ts'
import { N8nRefusal } from './refusal.ts'
import { text } from './shapes.ts'
import { findWorkflow, saveWorkflow } from './workflow-row.ts'
import type { Workflow } from './workflow.ts'

const publishShape = { type: 'object', properties: { versionId: text, name: text, description: text } } as const

/** What takes a workflow into force and out of it. */
export function addPublicationRoutes(router: Router, n8n: N8n): void {
  const { version, store } = n8n

  function publish(id: string, body: unknown): Record<string, unknown> {
    const workflow = findWorkflow(n8n, id)
    refuseArchived(workflow)
    const asked = body ?? {}
    checkBody(version, publishShape, asked)
    const { versionId = workflow.versionId, ...about } = asked
    if (versionId !== workflow.versionId && versionId !== workflow.activeVersion?.versionId) throw new N8nRefusal(404, 'Version not found')
    const wanted = versionId === workflow.versionId ? workflow : (workflow.activeVersion ?? workflow)
    checkPublishable(store, id, wanted.nodes)
    return saveWorkflow(n8n, { ...workflow, activeVersion: { ...about, versionId: wanted.versionId, nodes: wanted.nodes, connections: wanted.connections } })
  }

  const unpublish = (id: string) => saveWorkflow(n8n, { ...findWorkflow(n8n, id), activeVersion: null })
  router.post('/workflows/:id/activate', (req, res) => void res.json(publish(req.params.id, req.body)))
  router.post('/workflows/:id/deactivate', (req, res) => void res.json(unpublish(req.params.id)))
  if (version !== '2.8') {
    router.post('/workflows/:id/publish', (req, res) => void res.json(publish(req.params.id, req.body)))
    router.post('/workflows/:id/unpublish', (req, res) => void res.json(unpublish(req.params.id)))
    router.post('/workflows/:id/archive', (req, res) => void res.json(saveWorkflow(n8n, { ...findWorkflow(n8n, req.params.id), isArchived: true, activeVersion: null })))
    router.post('/workflows/:id/unarchive', (req, res) => void res.json(saveWorkflow(n8n, { ...findWorkflow(n8n, req.params.id), isArchived: false })))
  }
}

export function refuseArchived({ isArchived }: Workflow): void {
  if (isArchived) throw new N8nRefusal(400, 'Cannot update or activate an archived workflow.')
}
