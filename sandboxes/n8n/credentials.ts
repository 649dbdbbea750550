import type { Router } from 'express'
import { checkBody } from './body.ts'
import { getRow, newId, now } from './context.ts'
import type { N8n } from './context.ts'
import { credentialSchema } from './credential-data.ts'
import { checkData, checkType, chosenId, newCredentialShape, updateShape, viewCredential } from './credential.ts'
import type { Credential } from './credential.ts'
import { page } from './page.ts'
import { N8nRefusal } from './refusal.ts'

export function addCredentialRoutes(router: Router, n8n: N8n): void {
  const { version, store } = n8n
  const find = (id: string) => getRow<Credential>(n8n, 'credential', id)

  router.get('/credentials', (req, res) => {
    res.json(page(version, req, store.list<Credential>('credential').map(({ body }) => viewCredential(body))))
  })

  router.post('/credentials', (req, res) => {
    const body: unknown = req.body
    checkBody(version, newCredentialShape[version], body)
    const { id, name, type, data } = body
    checkData(type, data, false)
    const credential: Credential = { id: id === undefined ? newId() : chosenId(n8n, id), name, type, data, createdAt: now(), updatedAt: now() }
    store.put('credential', credential.id, credential)
    res.json(viewCredential(credential))
  })

  router.get('/credentials/schema/:type', (req, res) => {
    const schema = credentialSchema(req.params.type)
    if (schema === undefined) throw new N8nRefusal(404, 'Credential Type not found')
    res.json(schema)
  })

  if (version !== '2.8') {
    router.get('/credentials/:id', (req, res) => void res.json(viewCredential(find(req.params.id))))
    router.post('/credentials/:id/test', (req, res) => {
      find(req.params.id)
      res.json({ status: 'OK', message: 'Connection successful!' })
    })
  }

  router.patch('/credentials/:id', (req, res) => {
    const credential = find(req.params.id)
    const body: unknown = req.body
    checkBody(version, updateShape, body)
    const { isPartialData = false, data, ...rest } = body
    const changed = { ...credential, ...rest, updatedAt: now() }
    if (data !== undefined) checkData(changed.type, data, isPartialData)
    else checkType(changed.type)
    changed.data = { ...(isPartialData ? credential.data : {}), ...(data ?? credential.data) }
    store.put('credential', credential.id, changed)
    res.json(viewCredential(changed))
  })

  router.delete('/credentials/:id', (req, res) => {
    const credential = find(req.params.id)
    store.delete('credential', credential.id)
    res.json(viewCredential(credential))
  })
}
