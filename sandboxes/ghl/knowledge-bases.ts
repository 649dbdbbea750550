import type { Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { locationOf } from './access.ts'
import { checkBody, checkQuery, fields } from './body.ts'
import { all, getOwned, isSameName, listed, newId } from './context.ts'
import type { Owned } from './context.ts'
import { GhlRefusal } from './refusal.ts'

const most = 15
const changeable = fields({ string: 'name description' })
const creatable = fields({ string: 'locationId* name* description' })
const listQuery = fields({ string: 'locationId* query limit lastKnowledgeBaseId' })

/** Source: HighLevel's Knowledge Base API. */
export function addKnowledgeBaseRoutes(router: Router, sandbox: SandboxContext): void {
  const { store } = sandbox

  router.get('/knowledge-bases', (req, res) => {
    checkQuery(listQuery, req.query)
    const knowledgeBases = listed(sandbox, 'knowledgeBase', locationOf(res))
    res.json({ success: true, data: { knowledgeBases, activeCount: knowledgeBases.length, hasMore: false } })
  })
  router.post('/knowledge-bases', (req, res) => {
    const asked = checkBody(creatable, req.body)
    const others = all<Owned>(sandbox, 'knowledgeBase', locationOf(res))
    if (others.length >= most) throw new GhlRefusal(400, `A location can have at most ${most} knowledge bases`)
    // A name that is taken is no error: the new one gets another.
    const taken = others.some(({ name }) => isSameName(name, String(asked['name'])))
    const name = taken ? `${String(asked['name'])} ${Date.now()}` : String(asked['name'])
    const data = { ...asked, id: newId(), name, nameLowerCase: name.toLowerCase(), createdAt: new Date().toISOString() }
    store.put('knowledgeBase', data.id, data)
    res.status(201).json({ success: true, data })
  })
  router.get('/knowledge-bases/:id', (req, res) => void res.json({ success: true, data: getOwned(sandbox, res, 'knowledgeBase', req.params.id) }))
  router.put('/knowledge-bases/:id', (req, res) => {
    const current = getOwned<Owned>(sandbox, res, 'knowledgeBase', req.params.id)
    store.put('knowledgeBase', current.id, { ...current, ...checkBody(changeable, req.body) })
    res.json({ success: true })
  })
  router.delete('/knowledge-bases/:id', (req, res) => {
    store.delete('knowledgeBase', getOwned(sandbox, res, 'knowledgeBase', req.params.id).id)
    res.json({ success: true })
  })
}
