import { unknownYet } from '../provider.ts'
import type { ResourceType } from '../provider.ts'
import type { GhlClient } from './client.ts'
import { isNamed, named, nameOf } from './named.ts'
import { withoutReadOnly } from './read-only.ts'
import { pick, problemsOf } from './shape.ts'
import type { Shape } from './shape.ts'

const shape: Shape = { name: 'text!' }

const verbs = named({
  title: 'Tag',
  one: 'tag',
  many: 'tags',
  scopes: { read: 'locations/tags.readonly', create: 'locations/tags.write', write: 'locations/tags.write' },
  collection: (location) => `/locations/${location}/tags`,
  listing: (location) => `/locations/${location}/tags`,
  specOf: (item) => pick(shape, item),
  match: (items, desired) => items.find((item) => isNamed(item, nameOf(desired))),
  bodyOfCreate: (desired) => ({ name: nameOf(desired) }),
  bodyOfUpdate: (desired) => ({ name: nameOf(desired) }),
  page: '/settings/tags',
})

/** A tag of contacts. Source: Locations API, Tags. */
export const tag: ResourceType<GhlClient> = {
  ...verbs,
  validate: (spec) => problemsOf(shape, spec),
  normalize: withoutReadOnly,
  naturalKey: (desired) => nameOf(desired).toLowerCase(),
  // GoHighLevel keeps tags in lower case.
  diff(live, desired) {
    const name = nameOf(desired)
    return isNamed(live.spec, name) || name === unknownYet ? [] : [{ field: '/name', from: live.spec['name'] ?? null, to: name }]
  },
}
