import { randomUUID } from 'node:crypto'

export interface Item { id: string; version: number; name: string; createdAt: string }
export interface Page { items: Item[]; next?: string }

/** What the routes know of storage. A database fits behind it: all of it is asynchronous. */
export interface Store {
  page(limit: number, after?: string): Promise<Page>
  find(id: string): Promise<Item | undefined>
  /** With the key of an earlier call: what that one made. */
  add(name: string, key?: string): Promise<{ item: Item; isNew: boolean }>
  /** Undefined: it is not there; 'stale': it is at another version. */
  change(id: string, version: number, name: string): Promise<Item | 'stale' | undefined>
  remove(id: string): Promise<boolean>
}

export function createMemoryStore(): Store {
  const items = new Map<string, Item>()
  const byKey = new Map<string, Item>()
  return {
    async page(limit, after) {
      const all = [...items.values()]
      const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1
      const found = all.slice(from, from + limit)
      const last = found.at(-1)
      return { items: found, ...(from + limit < all.length && last ? { next: last.id } : {}) }
    },
    find: async (id) => items.get(id),
    async add(name, key) {
      const known = key === undefined ? undefined : byKey.get(key)
      if (known) return { item: known, isNew: false }
      const item: Item = { id: randomUUID(), version: 1, name, createdAt: new Date().toISOString() }
      items.set(item.id, item)
      if (key !== undefined) byKey.set(key, item)
      return { item, isNew: true }
    },
    async change(id, version, name) {
      const item = items.get(id)
      if (item === undefined) return undefined
      if (item.version !== version) return 'stale'
      const changed = { ...item, name, version: version + 1 }
      items.set(id, changed)
      return changed
    },
    remove: async (id) => items.delete(id),
  }
}
