import { diffSpec } from '../../domain/diff.ts'
import type { JsonObject } from '../../contracts/json.ts'
import type { Desired, ResourceType } from '../provider.ts'
import type { GhlClient } from './client.ts'
import { isNamed, named, nameOf, slugOf, trimmed } from './named.ts'
import { without, withoutReadOnly } from './read-only.ts'

/** Taken on creation only. */
const fixed = ['calendarType', 'slotBufferUnit']
const immutable = ['calendarType']

const verbs = named({
  title: 'Calendar',
  one: 'calendar',
  many: 'calendars',
  version: '2021-04-15',
  scopes: { read: 'calendars.readonly', create: 'calendars.write', write: 'calendars.write' },
  collection: () => '/calendars/',
  listing: (location) => `/calendars/?locationId=${location}`,
  specOf: (item) => withoutReadOnly(item).spec,
  match: (items, desired) =>
    items.find((item) => item['slug'] === ownSlug(desired)) ??
    items.find((item) => item['name'] === nameOf(desired)) ??
    items.find((item) => isNamed(item, nameOf(desired))),
  isMarked: (item, desired) => item['slug'] === ownSlug(desired),
  isInTheWay: (item, { spec }) => item['slug'] === spec['slug'],
  bodyOfCreate: (desired, locationId) => ({ slug: ownSlug(desired), ...desired.spec, name: nameOf(desired), locationId }),
  bodyOfUpdate: (desired) => ({ ...without(desired.spec, fixed), name: nameOf(desired) }),
  page: '/settings/calendars',
})

/** Names may be used twice, links may not: this one makes a repeated create fail instead of giving a second calendar. */
const ownSlug = (desired: Desired): string => [slugOf(nameOf(desired), '-'), desired.marker.replace(/^sw-/, '')].filter(Boolean).join('-')

/** A calendar for bookings; `name` is enough. Source: Calendars API, version 2021-04-15, whose document lists not every key that works. */
export const calendar: ResourceType<GhlClient> = {
  ...verbs,
  validate({ name }: JsonObject) {
    if (name === undefined) return [{ pointer: '/name', message: 'is missing', certain: true }]
    return typeof name === 'string' && name !== '' ? [] : [{ pointer: '/name', message: 'must be a text' }]
  },
  normalize(given) {
    const { spec, notes } = withoutReadOnly(given)
    return { spec: trimmed(spec), notes }
  },
  naturalKey: (desired) => nameOf(desired).toLowerCase(),
  immutable,
  diff: (live, { spec }) => diffSpec(live.spec, without(spec, ['slotBufferUnit'])),
}
