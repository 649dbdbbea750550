import { randomUUID } from 'node:crypto'
import type { Request, Router } from 'express'
import { checkBody } from './body.ts'
import type { Shape } from './body.ts'
import type { N8n } from './context.ts'
import { getRow, now } from './context.ts'
import { page } from './page.ts'
import { checkPublishable } from './publication.ts'
import { N8nRefusal } from './refusal.ts'
import { allTags, viewTag } from './tags.ts'
import { workflowShape } from './workflow-shape.ts'
import { draftOf, newWorkflow, personalProject, viewWorkflow } from './workflow.ts'
import type { Workflow } from './workflow.ts'

const text: Shape = { type: 'string' }
const publishShape: Shape = { type: 'object', properties: { versionId: text, name: text, description: text } }
const tagIdsShape: Shape = { type: 'array', items: { type: 'object', required: ['id'], properties: { id: text } } }

export function addWorkflowRoutes(router: Router, n8n: N8n): void {
  const { version, store } = n8n
  const find = (id: string) => getRow<Workflow>(n8n, 'workflow', id)
  const view = (workflow: Workflow) => viewWorkflow(n8n, workflow)

  function save(workflow: Workflow): Record<string, unknown> {
    const saved = { ...workflow, updatedAt: now() }
    store.put('workflow', workflow.id, saved)
    return view(saved)
  }

  function publish(id: string, body: unknown): Record<string, unknown> {
    const workflow = find(id)
    refuseArchived(workflow)
    const asked = body ?? {}
    checkBody(version, publishShape, asked)
    const { versionId = workflow.versionId, ...about } = asked
    if (versionId !== workflow.versionId && versionId !== workflow.activeVersion?.versionId) throw new N8nRefusal(404, 'Version not found')
    const wanted = versionId === workflow.versionId ? workflow : (workflow.activeVersion ?? workflow)
    checkPublishable(store, id, wanted.nodes)
    return save({ ...workflow, activeVersion: { ...about, versionId: wanted.versionId, nodes: wanted.nodes, connections: wanted.connections } })
  }

  router.post('/workflows', (req, res) => {
    checkBody(version, workflowShape[version], req.body)
    res.json(save(newWorkflow(draftOf(req.body))))
  })

  router.get('/workflows', (req, res) => {
    const chosen = store.list<Workflow>('workflow').filter(({ body }) => isAskedFor(n8n, req, body))
    const withPinData = req.query['excludePinnedData'] !== 'true'
    res.json(page(version, req, chosen.map(({ body }) => viewWorkflow(n8n, body, withPinData))))
  })

  router.get('/workflows/:id', (req, res) => {
    res.json(viewWorkflow(n8n, find(req.params.id), req.query['excludePinnedData'] !== 'true'))
  })

  router.put('/workflows/:id', (req, res) => {
    const workflow = find(req.params.id)
    checkBody(version, workflowShape[version], req.body)
    refuseArchived(workflow)
    const draft = { ...workflow, ...draftOf(req.body), versionId: randomUUID(), versionCounter: workflow.versionCounter + 1 }
    const keepDraft = version !== '2.8' && req.query['publishIfActive'] === 'false'
    if (workflow.activeVersion === null || keepDraft) return void res.json(save(draft))
    checkPublishable(store, workflow.id, draft.nodes)
    const { versionId, nodes, connections } = draft
    res.json(save({ ...draft, activeVersion: { versionId, nodes, connections } }))
  })

  router.delete('/workflows/:id', (req, res) => {
    const workflow = find(req.params.id)
    if (workflow.activeVersion !== null) throw new N8nRefusal(409, 'Workflow is published and cannot be deleted. Unpublish it first.')
    store.delete('workflow', workflow.id)
    res.json(view(workflow))
  })

  const unpublish = (id: string) => save({ ...find(id), activeVersion: null })
  router.post('/workflows/:id/activate', (req, res) => void res.json(publish(req.params.id, req.body)))
  router.post('/workflows/:id/deactivate', (req, res) => void res.json(unpublish(req.params.id)))
  if (version !== '2.8') {
    router.post('/workflows/:id/publish', (req, res) => void res.json(publish(req.params.id, req.body)))
    router.post('/workflows/:id/unpublish', (req, res) => void res.json(unpublish(req.params.id)))
    router.post('/workflows/:id/archive', (req, res) => void res.json(save({ ...find(req.params.id), isArchived: true, activeVersion: null })))
    router.post('/workflows/:id/unarchive', (req, res) => void res.json(save({ ...find(req.params.id), isArchived: false })))
  }

  router.get('/workflows/:id/tags', (req, res) => {
    const { tagIds } = find(req.params.id)
    res.json(allTags(n8n).filter(({ id }) => tagIds.includes(id)).map(viewTag))
  })
  router.put('/workflows/:id/tags', (req, res) => {
    const workflow = find(req.params.id)
    const body: unknown = req.body
    checkTagIds(n8n, body)
    const tagIds = [...new Set(body.map(({ id }) => id))]
    if (!tagIds.every((id) => store.get('tag', id) !== undefined)) throw new N8nRefusal(404, 'Some tags not found')
    save({ ...workflow, tagIds })
    res.json(allTags(n8n).filter(({ id }) => tagIds.includes(id)).map(viewTag))
  })
}

function checkTagIds({ version }: N8n, body: unknown): asserts body is { id: string }[] {
  checkBody(version, tagIdsShape, body)
}

function refuseArchived({ isArchived }: Workflow): void {
  if (isArchived) throw new N8nRefusal(400, 'Cannot update or activate an archived workflow.')
}

/** `name` matches any part of a name, in any case, with the wildcards of SQL's LIKE; `tags` are names, and all must be there. */
function isAskedFor(n8n: N8n, { query }: Request, { name, activeVersion, tagIds }: Workflow): boolean {
  if (query['active'] !== undefined && (activeVersion !== null) !== (query['active'] === 'true')) return false
  if (query['projectId'] !== undefined && query['projectId'] !== personalProject) return false
  if (query['name'] !== undefined && !like(String(query['name'])).test(name)) return false
  const wanted = query['tags'] === undefined ? [] : String(query['tags']).split(',').map((tag) => tag.trim())
  const names = allTags(n8n).filter(({ id }) => tagIds.includes(id)).map((tag) => tag.name)
  return wanted.every((tag) => names.includes(tag))
}

const like = (part: string) => new RegExp(part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('%', '.*').replaceAll('_', '.'), 'is')
