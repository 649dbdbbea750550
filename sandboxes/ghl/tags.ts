import type { Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { locationOf } from './access.ts'
import { checkBody, checkQuery, fields } from './body.ts'
import { all, getOwned, listed, newId } from './context.ts'
import type { Owned } from './context.ts'
import { GhlRefusal } from './refusal.ts'

const shape = fields({ string: 'name*' })

/** Tags are kept in lower case. Source: HighLevel's Locations API, Tags. */
export function addTagRoutes(router: Router, sandbox: SandboxContext): void {
  const { store } = sandbox
  const path = '/locations/:location/tags'

  function readName(location: string, body: unknown, except?: string): string {
    const name = String(checkBody(shape, body)['name']).trim().toLowerCase()
    if (all<Owned>(sandbox, 'tag', location).some((tag) => tag.name === name && tag.id !== except)) {
      throw new GhlRefusal(400, 'The tag name is already exist.')
    }
    return name
  }

  router.get(path, (req, res) => {
    checkQuery({}, req.query)
    res.json({ tags: listed(sandbox, 'tag', locationOf(res)) })
  })
  router.post(path, (req, res) => {
    const tag: Owned = { id: newId(), name: readName(locationOf(res), req.body), locationId: locationOf(res) }
    store.put('tag', tag.id, tag)
    res.status(201).json({ tag })
  })
  router.get(`${path}/:id`, (req, res) => void res.json({ tag: getOwned(sandbox, res, 'tag', String(req.params['id'])) }))
  router.put(`${path}/:id`, (req, res) => {
    const current = getOwned<Owned>(sandbox, res, 'tag', String(req.params['id']))
    const tag = { ...current, name: readName(current.locationId, req.body, current.id) }
    store.put('tag', tag.id, tag)
    res.json({ tag })
  })
  router.delete(`${path}/:id`, (req, res) => {
    store.delete('tag', getOwned(sandbox, res, 'tag', String(req.params['id'])).id)
    res.json({ succeded: true })
  })
}
