import type { Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import type { Engine } from './engine-kinds.ts'
import { engineOf, getEngine, showEngine } from './engine.ts'
import { applyPatch, pickFields } from './fields.ts'
import { paginate } from './page.ts'
import { refuse } from './refusal.ts'
import { findVersion, newest } from './versions.ts'
import type { Version, Versioned } from './versions.ts'
import { newId, readBody, readParam, readQuery, readVersion } from './wire.ts'

export function engineRoutes(app: Router, sandbox: SandboxContext, engine: Engine): void {
  const { store } = sandbox

  app.post(`/create-${engine.path}`, (req, res) => {
    const given = pickFields(readBody(req), engine.fields)
    const fields = applyPatch(engine.defaults(given), given)
    engine.check(fields, store)
    const id = newId(engine.prefix)
    const first: Version = { version: 0, is_published: false, last_modification_timestamp: Date.now(), fields }
    store.put(engine.type, id, { versions: [first] } satisfies Versioned)
    res.status(201).json(showEngine(engine, id, first))
  })

  app.get(`/get-${engine.path}/:id`, (req, res) => {
    const id = readParam(req, 'id')
    res.json(showEngine(engine, id, findVersion(engine.what, id, getEngine(store, engine, id), readVersion(req))))
  })

  app.patch(`/update-${engine.path}/:id`, (req, res) => {
    const id = readParam(req, 'id')
    const found = getEngine(store, engine, id)
    const version = findVersion(engine.what, id, found, readVersion(req))
    if (version.is_published) refuse(engine.published)
    const fields = applyPatch(version.fields, pickFields(readBody(req), engine.fields))
    engine.check(fields, store)
    Object.assign(version, { fields, last_modification_timestamp: Date.now() })
    store.put(engine.type, id, found)
    res.json(showEngine(engine, id, version))
  })

  app.get(engine.listPath, (req, res) => {
    const all = store.list<Versioned>(engine.type)
    res.json(paginate(req, sandbox, all, ({ id, body }) => showEngine(engine, id, newest(body))))
  })

  app.delete(`/delete-${engine.path}/:id`, (req, res) => {
    const id = readParam(req, 'id')
    getEngine(store, engine, id)
    const user = store.list<Versioned>('agent').find(({ body }) => body.versions.some(({ fields }) => engineOf(fields)?.id === id))
    if (user !== undefined && readQuery(req, 'force_delete') !== 'true') {
      refuse(`Cannot delete ${engine.what} that is in use by agent ${user.id}; detach it, or set force_delete`)
    }
    store.delete(engine.type, id)
    res.status(204).end()
  })
}
