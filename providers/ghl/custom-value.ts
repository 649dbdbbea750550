import type { ResourceType } from '../provider.ts'
import type { GhlClient } from './client.ts'
import { isNamed, named, nameOf, slugOf, trimmed } from './named.ts'
import { withoutReadOnly } from './read-only.ts'
import { pick, problemsOf } from './shape.ts'
import type { Shape } from './shape.ts'

const shape: Shape = { name: 'text!', value: 'text!' }

const verbs = named({
  title: 'Custom value',
  one: 'customValue',
  many: 'customValues',
  scopes: { read: 'locations/customValues.readonly', create: 'locations/customValues.write', write: 'locations/customValues.write' },
  collection: (location) => `/locations/${location}/customValues`,
  listing: (location) => `/locations/${location}/customValues`,
  specOf: (item) => pick(shape, item),
  match(items, desired) {
    const name = nameOf(desired)
    const key = `{{custom_values.${slugOf(name, '_')}}}`
    return items.find((item) => isNamed(item, name)) ?? items.find(({ fieldKey }) => typeof fieldKey === 'string' && fieldKey.replaceAll(' ', '') === key)
  },
  // A spec holds name and value, and nothing else.
  bodyOfCreate: (desired) => ({ ...desired.spec, name: nameOf(desired) }),
  bodyOfUpdate: (desired) => ({ ...desired.spec, name: nameOf(desired) }),
  page: '/settings/custom_values',
})

/** A text that messages and pages of the location refer to as `{{ custom_values.key }}`. Source: Locations API, Custom Value. */
export const customValue: ResourceType<GhlClient> = {
  ...verbs,
  validate: (spec) => problemsOf({ ...shape, fieldKey: 'any' }, spec),
  normalize(given) {
    const { spec, notes } = withoutReadOnly(given)
    const { fieldKey, ...rest } = spec
    return { spec: trimmed(rest), notes: fieldKey === undefined ? notes : [...notes, 'fieldKey: made by GoHighLevel of the name, not sent'] }
  },
  naturalKey: (desired) => nameOf(desired).toLowerCase(),
}
