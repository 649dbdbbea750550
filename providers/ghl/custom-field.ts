import { diffSpec } from '../../domain/diff.ts'
import type { ResourceType } from '../provider.ts'
import type { GhlClient } from './client.ts'
import type { Item } from './items.ts'
import { isNamed, named, nameOf, slugOf, trimmed } from './named.ts'
import { without, withoutReadOnly } from './read-only.ts'
import { pick, problemsOf } from './shape.ts'
import type { Shape } from './shape.ts'

/** `fieldKey`, `parentId` and `description` are undocumented, but work. */
const shape: Shape = {
  name: 'text!', dataType: 'text!', model: 'text', placeholder: 'text', position: 'number', options: 'list', fieldKey: 'text', parentId: 'text',
  description: 'text', acceptedFormat: 'list', isMultipleFile: 'flag', maxNumberOfFiles: 'number', textBoxListOptions: 'list',
}

/** Taken on creation only; a PUT that holds them is refused. */
const fixed = ['dataType', 'fieldKey', 'parentId']
const immutable = ['dataType', 'model']

const modelOf = (spec: { [key: string]: unknown }): string => (spec['model'] === 'opportunity' ? 'opportunity' : 'contact')

const keyOf = (model: string, key: string): string => `${model}.${slugOf(key.startsWith(`${model}.`) ? key.slice(model.length + 1) : key, '_')}`

const verbs = named({
  title: 'Custom field',
  one: 'customField',
  many: 'customFields',
  scopes: { read: 'locations/customFields.readonly', create: 'locations/customFields.write', write: 'locations/customFields.write' },
  collection: (location) => `/locations/${location}/customFields`,
  listing: (location) => `/locations/${location}/customFields?model=all`,
  specOf,
  match(items, desired) {
    const model = modelOf(desired.spec)
    const name = nameOf(desired)
    const { fieldKey } = desired.spec
    const same = items.filter((item) => modelOf(item) === model)
    const byKey = same.find((item) => item['fieldKey'] === keyOf(model, typeof fieldKey === 'string' ? fieldKey : name))
    return typeof fieldKey === 'string' && byKey ? byKey : (same.find((item) => isNamed(item, name)) ?? byKey)
  },
  bodyOfCreate: (desired) => ({ ...desired.spec, name: nameOf(desired) }),
  bodyOfUpdate: (desired) => ({ ...without(desired.spec, fixed), name: nameOf(desired) }),
  page: '/settings/fields',
  immutable,
})

/** Sent by one name, answered by another. */
function specOf(item: Item) {
  const { picklistOptions, isMultiFileAllowed, maxFileLimit } = item
  return {
    model: 'contact',
    ...pick(shape, item),
    ...(Array.isArray(picklistOptions) ? { options: picklistOptions } : {}),
    ...(typeof isMultiFileAllowed === 'boolean' ? { isMultipleFile: isMultiFileAllowed } : {}),
    ...(typeof maxFileLimit === 'number' ? { maxNumberOfFiles: maxFileLimit } : {}),
  }
}

/** A field of contacts or opportunities. Its merge key is made of its first name and stays. Source: Locations API, Custom Field. */
export const customField: ResourceType<GhlClient> = {
  ...verbs,
  validate: (spec) => problemsOf(shape, spec),
  normalize(given) {
    const { spec, notes } = withoutReadOnly(given)
    return { spec: { model: 'contact', ...trimmed(spec) }, notes }
  },
  naturalKey: (desired) => `${modelOf(desired.spec)}/${nameOf(desired).toLowerCase()}`,
  immutable,
  unreadable: ['acceptedFormat', 'textBoxListOptions', 'description'],
  diff: (live, { spec }) => diffSpec(live.spec, without(spec, ['fieldKey', 'parentId'])),
  async remarks(_account, { spec }, live) {
    const { fieldKey } = spec
    const has = live?.spec['fieldKey']
    if (typeof fieldKey !== 'string' || typeof has !== 'string' || has === keyOf(modelOf(spec), fieldKey)) return []
    return [`Its merge key is ${has} and cannot be changed; the template asks for ${fieldKey}`]
  },
}
