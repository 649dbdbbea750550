import type { Router } from 'express'
import { getRow, newId, now } from './context.ts'
import type { N8n } from './context.ts'
import { page } from './page.ts'
import { allTags, readTagName, viewTag } from './tag.ts'
import type { Tag } from './tag.ts'
import type { Workflow } from './workflow.ts'

export function addTagRoutes(router: Router, n8n: N8n): void {
  const { version, store } = n8n

  router.get('/tags', (req, res) => void res.json(page(version, req, allTags(n8n).map(viewTag))))
  router.post('/tags', (req, res) => {
    const tag: Tag = { id: newId(), name: readTagName(n8n, req.body), createdAt: now(), updatedAt: now() }
    store.put('tag', tag.id, tag)
    res.status(201).json(viewTag(tag))
  })
  router.get('/tags/:id', (req, res) => void res.json(viewTag(getRow<Tag>(n8n, 'tag', req.params.id))))
  router.put('/tags/:id', (req, res) => {
    const tag = getRow<Tag>(n8n, 'tag', req.params.id)
    const renamed = { ...tag, name: readTagName(n8n, req.body, tag.id), updatedAt: now() }
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
