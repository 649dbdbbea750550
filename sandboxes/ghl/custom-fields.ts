import type { Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { locationOf } from './access.ts'
import { checkBody, checkQuery, fields } from './body.ts'
import type { Fields } from './body.ts'
import { all, getOwned, isSameName, listed, newId, slugOf } from './context.ts'
import type { Owned } from './context.ts'
import { GhlRefusal } from './refusal.ts'

export interface CustomField extends Owned {
  fieldKey: string
  dataType: string
  model: string
  [detail: string]: unknown
}

/** MONETORY is how the vendor spells it. */
const dataTypes = [
  'TEXT', 'LARGE_TEXT', 'NUMERICAL', 'PHONE', 'MONETORY', 'CHECKBOX', 'SINGLE_OPTIONS', 'MULTIPLE_OPTIONS',
  'DATE', 'TEXTBOX_LIST', 'FILE_UPLOAD', 'RADIO', 'EMAIL',
]
const models = ['contact', 'opportunity']

const changeable: Fields = {
  ...fields({ string: 'name* placeholder description', number: 'position maxNumberOfFiles', boolean: 'isMultipleFile', array: 'options acceptedFormat textBoxListOptions' }),
  model: { type: 'string', oneOf: models },
}
const creatable: Fields = {
  ...changeable,
  ...fields({ string: 'fieldKey parentId' }),
  dataType: { type: 'string', required: true, oneOf: dataTypes },
}
const listQuery: Fields = { model: { type: 'string', oneOf: [...models, 'all'] } }

/** Source: HighLevel's Locations API, Custom Field. */
export function addCustomFieldRoutes(router: Router, sandbox: SandboxContext): void {
  const { store } = sandbox
  const path = '/locations/:location/customFields'

  router.get(path, (req, res) => {
    const { model = 'all' } = checkQuery(listQuery, req.query)
    const found = listed<CustomField>(sandbox, 'customField', locationOf(res))
    res.json({ customFields: found.filter((field) => model === 'all' || field.model === model) })
  })

  router.post(path, (req, res) => {
    const { name, options, model = 'contact', fieldKey, ...rest } = checkBody(creatable, req.body)
    const key = keyOf(String(model), String(fieldKey ?? name))
    const twin = all<CustomField>(sandbox, 'customField', locationOf(res)).find(
      (other) => other.model === model && (other.fieldKey === key || isSameName(other.name, String(name))),
    )
    if (twin) throw new GhlRefusal(400, `A custom field with the name ${String(name)} already exists`, { meta: { existingId: twin.id } })
    const field = { id: newId(), name, fieldKey: key, model, locationId: locationOf(res), position: 0, ...rest, ...picklist(options) }
    store.put('customField', field.id, field)
    res.status(201).json({ customField: field })
  })

  router.get(`${path}/:id`, (req, res) => void res.json({ customField: getOwned(sandbox, res, 'customField', String(req.params['id'])) }))

  router.put(`${path}/:id`, (req, res) => {
    const field = getOwned<CustomField>(sandbox, res, 'customField', String(req.params['id']))
    const { options, ...rest } = checkBody(changeable, req.body)
    const changed = { ...field, ...rest, ...picklist(options) }
    store.put('customField', field.id, changed)
    res.json({ customField: changed })
  })

  router.delete(`${path}/:id`, (req, res) => {
    store.delete('customField', getOwned(sandbox, res, 'customField', String(req.params['id'])).id)
    res.json({ succeded: true })
  })
}

/** Sent as `options`, answered as `picklistOptions`. */
const picklist = (options: unknown) => (options === undefined ? {} : { picklistOptions: options })

const keyOf = (model: string, key: string) => `${model}.${slugOf(key.startsWith(`${model}.`) ? key.slice(model.length + 1) : key)}`
