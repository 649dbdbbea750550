import type { Router } from 'express'
import { checkBody } from './body.ts'
import type { Shape } from './body.ts'
import type { N8n } from './context.ts'
import { getRow, newId, now } from './context.ts'
import { credentialSchema, dataProblems } from './credential-types.ts'
import { page } from './page.ts'
import { N8nRefusal } from './refusal.ts'

export interface Credential {
  id: string
  name: string
  type: string
  data: Record<string, unknown>
  createdAt: string
  updatedAt: string
}

const text: Shape = { type: 'string' }
const readOnly: Shape = { readOnly: true }
const createShape: Shape = {
  type: 'object',
  required: ['name', 'type', 'data'],
  properties: { name: text, type: text, data: { type: 'object' }, projectId: text, createdAt: readOnly, updatedAt: readOnly },
}
const updateShape: Shape = {
  type: 'object',
  properties: { name: text, type: text, data: { type: 'object' }, isPartialData: { type: 'boolean' } },
}
const shapeWithId = (id: Shape): Shape => ({ ...createShape, properties: { ...createShape.properties, id } })

/** A credential as the API answers it: the data never leaves. */
export const viewCredential = ({ id, name, type, createdAt, updatedAt }: Credential) => ({ id, name, type, isManaged: false, createdAt, updatedAt })

export function addCredentialRoutes(router: Router, n8n: N8n): void {
  const { version, store } = n8n
  const find = (id: string) => getRow<Credential>(n8n, 'credential', id)

  router.get('/credentials', (req, res) => {
    res.json(page(version, req, store.list<Credential>('credential').map(({ body }) => viewCredential(body))))
  })

  router.post('/credentials', (req, res) => {
    checkBody(version, shapeWithId(version === '2.8' ? readOnly : text), req.body)
    // checkBody has accepted the body, so its parts have these types.
    const { id, name, type, data } = req.body as unknown as Credential & { id?: string }
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
    checkBody(version, updateShape, req.body)
    const { isPartialData = false, data, ...rest } = req.body as Partial<Credential> & { isPartialData?: boolean }
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

/** The newer version lets the caller choose an id, which makes a repeated create recognisable. */
function chosenId({ store }: N8n, id: string): string {
  if (!/^[A-Za-z0-9_-]{1,16}$/.test(id)) throw new N8nRefusal(400, 'request/body/id must be 1 to 16 characters of A-Z, a-z, 0-9, _ and -')
  if (store.get('credential', id) !== undefined) throw new N8nRefusal(409, `Credential with id "${id}" already exists`)
  return id
}

function checkType(type: string): void {
  if (credentialSchema(type) === undefined) throw new N8nRefusal(400, 'req.body.type is not a known type')
}

function checkData(type: string, data: Record<string, unknown>, partial: boolean): void {
  checkType(type)
  const problems = dataProblems(type, data, partial)
  if (problems.length > 0) throw new N8nRefusal(400, problems.join(','))
}
