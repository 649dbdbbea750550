import type { Router } from 'express'
import { checkBody } from './body.ts'
import type { Shape } from './body.ts'
import type { N8n } from './context.ts'
import { getRow, newId, now } from './context.ts'
import { page } from './page.ts'
import { N8nRefusal } from './refusal.ts'
import type { Workflow } from './workflow.ts'

export interface Tag {
  id: string
  name: string
  createdAt: string
  updatedAt: string
}

const tagShape: Shape = {
  type: 'object',
  required: ['name'],
  properties: { id: { readOnly: true }, name: { type: 'string' }, createdAt: { readOnly: true }, updatedAt: { readOnly: true } },
}

export const viewTag = ({ id, name, createdAt, updatedAt }: Tag) => ({ id, name, createdAt, updatedAt })

export const allTags = ({ store }: N8n): Tag[] => store.list<Tag>('tag').map(({ body }) => body)

/** Tags are the one thing in n8n whose name is unique. */
export function addTagRoutes(router: Router, n8n: N8n): void {
  const { version, store } = n8n

  function readName(body: unknown, except?: string): string {
    checkBody(version, tagShape, body)
    const name = String(body['name'])
    if (name.length < 1 || name.length > 24) throw new N8nRefusal(400, 'Tag name must be 1 to 24 characters long.')
    if (allTags(n8n).some((tag) => tag.name === name && tag.id !== except)) throw new N8nRefusal(409, 'Tag already exists')
    return name
  }

  router.get('/tags', (req, res) => void res.json(page(version, req, allTags(n8n).map(viewTag))))
  router.post('/tags', (req, res) => {
    const tag: Tag = { id: newId(), name: readName(req.body), createdAt: now(), updatedAt: now() }
    store.put('tag', tag.id, tag)
    res.status(201).json(viewTag(tag))
  })
  router.get('/tags/:id', (req, res) => void res.json(viewTag(getRow<Tag>(n8n, 'tag', req.params.id))))
  router.put('/tags/:id', (req, res) => {
    const tag = getRow<Tag>(n8n, 'tag', req.params.id)
    const renamed = { ...tag, name: readName(req.body, tag.id), updatedAt: now() }
    store.put('tag', tag.id, renamed)
    res.json(viewTag(renamed))
  })
  router.delete('/tags/:id', (req, res) => {
    const tag = getRow<Tag>(n8n, 'tag', req.params.id)
    store.delete('tag', tag.id)
    for (const { id, body } of store.list<Workflow>('workflow')) {
      if (body.tagIds.includes(tag.id)) store.put('workflow', id, { ...body, tagIds: body.tagIds.filter((other) => other !== tag.id) })
    }
    res.json(viewTag(tag))
  })
}
