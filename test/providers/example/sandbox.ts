import { randomBytes } from 'node:crypto'
import { json } from 'express'
import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import type { SandboxDefinition } from '../../../sandboxes/kernel.ts'

interface Component {
  id: string
  name: string
  description: string
  group: string
  labels: string[]
}

const known = ['name', 'description', 'group', 'labels']
const pageSize = 2

/** A vendor of status pages, as strict as real ones: keys it does not know, a name that is missing and a group that moves are refused. */
export const statuspagesSandbox: SandboxDefinition = {
  name: 'statuspages',
  routes(app, { store }) {
    const checked: RequestHandler = (req, res, next) => {
      const unknown = Object.keys(req.body as object).find((key) => !known.includes(key))
      if (unknown !== undefined) return refuse(res, 422, `unknown field ${unknown}`)
      if (req.method === 'PATCH' && 'group' in (req.body as object)) return refuse(res, 422, 'a component stays in its group')
      if (req.method === 'POST' && !(req.body as Partial<Component>).name) return refuse(res, 422, 'name is required')
      next()
    }
    const found = (id: unknown, res: Response): Component | undefined => {
      const body = store.get<Component>('component', String(id))
      if (!body) refuse(res, 404, 'no such component')
      return body
    }

    app.use(json())
    app.use((req, res, next) => (req.headers.authorization === 'Bearer sp_good' ? next() : refuse(res, 401, 'bad API key')))
    app.get('/v1/account', (_req, res) => void res.json({ name: 'Acme' }))
    app.get('/v1/components', (req, res) => {
      const start = Number(req.query['cursor'] || 0)
      const rows = store.list<Component>('component').slice(start, start + pageSize + 1)
      const items = rows.slice(0, pageSize).map(({ body }) => body).filter(({ labels }) => labels.includes(String(req.query['label'])))
      res.json({ items, next: rows.length > pageSize ? String(start + pageSize) : null })
    })
    app.post('/v1/components', checked, (req, res) => {
      const body: Component = { description: '', group: '', labels: [], ...(req.body as Partial<Component> & { name: string }), id: `cmp_${randomBytes(6).toString('hex')}` }
      store.put('component', body.id, body)
      res.status(201).json(body)
    })
    app.get('/v1/components/:id', (req, res) => {
      const body = found(req.params.id, res)
      if (body) res.json(body)
    })
    app.patch('/v1/components/:id', checked, (req, res) => {
      const before = found(req.params['id'], res)
      if (!before) return
      const body = { ...before, ...(req.body as Partial<Component>) }
      store.put('component', body.id, body)
      res.json(body)
    })
    app.delete('/v1/components/:id', (req, res) => {
      if (found(req.params.id, res)) {
        store.delete('component', req.params.id)
        res.status(204).end()
      }
    })
    app.use(((error: { status?: number; message: string }, _req, res, _next) => { refuse(res, error.status ?? 500, error.message) }) satisfies ErrorRequestHandler)
  },
  faultResponse: (kind, res) => { refuse(res, Number(kind), kind === '429' ? 'slow down' : 'we are having a bad day') },
  rows: (store) => store.list<Component>('component').map(({ id, body }) => ({ type: 'component', id, name: body.name, body: { ...body } })),
}

function refuse(res: Response, status: number, message: string): void {
  res.status(status).json({ error: { message } })
}
