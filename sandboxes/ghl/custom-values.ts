import type { Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { locationOf } from './access.ts'
import { checkBody, checkQuery, fields } from './body.ts'
import { all, getOwned, isSameName, listed, newId, slugOf } from './context.ts'
import type { Owned } from './context.ts'
import { GhlRefusal } from './refusal.ts'

export interface CustomValue extends Owned {
  fieldKey: string
  value: string
}

const shape = { ...fields({ string: 'name*' }), value: { type: 'string', required: true } } as const

/** Source: HighLevel's Locations API, Custom Value. */
export function addCustomValueRoutes(router: Router, sandbox: SandboxContext): void {
  const { store } = sandbox
  const path = '/locations/:location/customValues'

  function refuseTwin(location: string, name: string, except?: string): void {
    const twin = all<CustomValue>(sandbox, 'customValue', location).find((other) => other.id !== except && isTwin(other, name))
    if (twin) throw new GhlRefusal(400, `Custom value with the name ${name} already exists`)
  }

  router.get(path, (req, res) => {
    checkQuery({}, req.query)
    res.json({ customValues: listed(sandbox, 'customValue', locationOf(res)) })
  })

  router.post(path, (req, res) => {
    const { name, value } = checkBody(shape, req.body)
    refuseTwin(locationOf(res), String(name))
    const customValue = { id: newId(), name, fieldKey: keyOf(String(name)), value, locationId: locationOf(res) }
    store.put('customValue', customValue.id, customValue)
    res.status(201).json({ customValue })
  })

  router.get(`${path}/:id`, (req, res) => void res.json({ customValue: getOwned(sandbox, res, 'customValue', String(req.params['id'])) }))

  router.put(`${path}/:id`, (req, res) => {
    const current = getOwned<CustomValue>(sandbox, res, 'customValue', String(req.params['id']))
    const { name, value } = checkBody(shape, req.body)
    refuseTwin(current.locationId, String(name), current.id)
    // The merge key outlives a rename: whatever uses it would break.
    const customValue = { ...current, name, value }
    store.put('customValue', current.id, customValue)
    res.json({ customValue })
  })

  router.delete(`${path}/:id`, (req, res) => {
    store.delete('customValue', getOwned(sandbox, res, 'customValue', String(req.params['id'])).id)
    res.json({ succeded: true })
  })
}

const isTwin = (other: CustomValue, name: string) => isSameName(other.name, name) || other.fieldKey === keyOf(name)

const keyOf = (name: string) => `{{ custom_values.${slugOf(name)} }}`
