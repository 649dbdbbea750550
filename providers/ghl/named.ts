import type { JsonObject } from '../../contracts/json.ts'
import { ProviderError } from '../provider.ts'
import type { Account, Connection, Desired, Live, ResourceType } from '../provider.ts'
import type { GhlClient, GhlRequest } from './client.ts'
import { itemOf, itemsOf } from './items.ts'
import type { Item } from './items.ts'

/** A product whose things are told apart by their names. */
export interface NamedKind {
  title: string
  /** The key of one thing in an answer, and of a list of them. */
  one: string
  many: string
  version?: string
  scopes: { read: string; create: string; write: string }
  /** Where one is created; `/{id}` is added for one of them. */
  collection(location: string): string
  /** Where all are listed: GoHighLevel does not page these. */
  listing(location: string): string
  /** A thing in the shape of a spec. */
  specOf(item: Item): JsonObject
  /** The one that `desired` means. */
  match(items: readonly Item[], desired: Desired): Item | undefined
  /** Whether it carries a mark that only we set. */
  isMarked?(item: Item, desired: Desired): boolean
  /** Whether a create is refused because of one that `desired` does not mean. */
  isInTheWay?(item: Item, desired: Desired): boolean
  bodyOfCreate(desired: Desired, location: string): JsonObject
  bodyOfUpdate(desired: Desired, live: Live): JsonObject
  factsOf?(item: Item): JsonObject
  /** Below `/v2/location/{id}` in the app. */
  page: string
  immutable?: readonly string[]
}

type Verbs = Pick<ResourceType<GhlClient>, 'title' | 'get' | 'find' | 'create' | 'update' | 'remove' | 'url'>

/** No product of GoHighLevel takes a key of ours: list, match by name, then PUT or POST. */
export function named(kind: NamedKind): Verbs {
  const at = (scope: string, path: string): GhlRequest => ({ path, scope, version: kind.version })
  const pathOf = (location: string, id: string) => `${kind.collection(location).replace(/\/$/, '')}/${encodeURIComponent(id)}`

  const toLive = (item: Item, marked: boolean): Live => ({
    externalId: item.id,
    spec: kind.specOf(item),
    marked,
    ...(kind.factsOf ? { facts: kind.factsOf(item) } : {}),
  })

  const list = async ({ client }: Account<GhlClient>): Promise<Item[]> =>
    itemsOf(await client.get(at(kind.scopes.read, kind.listing(client.location))), kind.many)

  async function get({ client }: Account<GhlClient>, id: string): Promise<Live | undefined> {
    const body = await client.get(at(kind.scopes.read, pathOf(client.location, id)))
    return body && toLive(itemOf(body, kind.one), true)
  }

  async function update({ client }: Account<GhlClient>, live: Live, desired: Desired): Promise<Live> {
    const body = await client.put(at(kind.scopes.write, pathOf(client.location, live.externalId)), kind.bodyOfUpdate(desired, live))
    return toLive(itemOf(body, kind.one), live.marked)
  }

  /** The name was taken after all: mostly by an earlier attempt of ours whose answer was lost. */
  async function take(account: Account<GhlClient>, desired: Desired, taken: ProviderError, existingId: string | undefined): Promise<Live> {
    const items = await list(account)
    const listed = kind.match(items, desired)
    const live = listed ? toLive(listed, false) : existingId === undefined ? undefined : await get(account, existingId)
    const isOther = (kind.immutable ?? []).some((key) => live?.spec[key] !== desired.spec[key])
    if (live && !isOther) return update(account, { ...live, marked: false }, desired)
    if (items.some((item) => kind.isInTheWay?.(item, desired))) throw taken
    throw new ProviderError(`${taken.message}; its list does not show it yet, which can take GoHighLevel two minutes`, { ...taken.details, retryable: true, retryAfterMs: 25_000 })
  }

  return {
    title: kind.title,
    get,
    async find(account, desired) {
      const item = kind.match(await list(account), desired)
      return item && toLive(item, kind.isMarked?.(item, desired) ?? false)
    },
    async create(account, desired) {
      const { client } = account
      const request = at(kind.scopes.create, kind.collection(client.location))
      const posted = await client.post(request, kind.bodyOfCreate(desired, client.location)).catch((error: unknown) => { throw isRefusal(error) ? unmade(error) : error })
      if ('made' in posted) return toLive(itemOf(posted.made, kind.one), true)
      return take(account, desired, posted.taken, posted.existingId).catch((error: unknown) => { throw unmade(error) })
    },
    update,
    remove: ({ client }, id) => client.remove(at(kind.scopes.write, pathOf(client.location, id))),
    url: (connection) => pageUrl(connection, kind.page),
  }
}

/** Read and turned down: GoHighLevel has done nothing of it. */
function isRefusal(error: unknown): boolean {
  const { status = 0, retryable } = error instanceof ProviderError ? error.details : { retryable: true }
  return status === 429 || (status >= 400 && status < 500 && !retryable)
}

const unmade = (error: unknown): unknown =>
  error instanceof ProviderError ? new ProviderError(error.message, { ...error.details, unmade: true }, { cause: error }) : error

/** A page of the app; its host differs for white-labelled agencies. */
export const pageUrl = ({ config }: Connection, page: string): string =>
  `${(config['appUrl'] ?? 'https://app.gohighlevel.com').replace(/\/+$/, '')}/v2/location/${config['locationId'] ?? ''}${page}`

export const nameOf = ({ name, spec }: Desired): string => (typeof spec['name'] === 'string' ? spec['name'].trim() : name)

/** As it is sent, and so as it will be read: spaces around a name would differ for ever. */
export const trimmed = (spec: JsonObject): JsonObject => (typeof spec['name'] === 'string' ? { ...spec, name: spec['name'].trim() } : spec)

/** GoHighLevel compares names without regard to case. */
export const isNamed = (item: JsonObject, name: string): boolean =>
  typeof item['name'] === 'string' && item['name'].trim().toLowerCase() === name.trim().toLowerCase()

/** What GoHighLevel makes merge keys and links of: `Lead Source?` becomes `lead_source`. */
export const slugOf = (name: string, separator: '_' | '-'): string =>
  name.toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim().replaceAll(' ', separator)
