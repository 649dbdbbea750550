import { LRUCache } from 'lru-cache'
import { type CacheStore, type Look, largestValue } from './store.ts'

const mostBytes = 64 * 1024 * 1024

/** In this process's memory: the least used goes first. */
export function createProcessStore(ttlSeconds: number): CacheStore {
  const entries = new LRUCache<string, Look & { value: string }>({ maxSize: mostBytes, maxEntrySize: largestValue * 2 + 1_024, sizeCalculation: ({ value }, key) => (value.length + key.length) * 2, ttl: ttlSeconds * 1_000 })
  const changes = new Map<string, number>()
  let all = 0
  const tagOf = (tenantId: string): string => `${String(all)}/${String(changes.get(tenantId) ?? 0)}`
  const raise = (tenantId: string): void => { changes.set(tenantId, (changes.get(tenantId) ?? 0) + 1) }
  return {
    look(tenantId, key) {
      const tag = tagOf(tenantId)
      const entry = entries.get(`${tenantId} ${key}`)
      return Promise.resolve({ tag, value: entry?.tag === tag ? entry.value : undefined })
    },
    keep(tenantId, key, tag, value) {
      if (tag === tagOf(tenantId)) entries.set(`${tenantId} ${key}`, { tag, value })
      return Promise.resolve()
    },
    forget(tenantId) {
      if (tenantId === undefined) all += 1
      else raise(tenantId)
      return Promise.resolve()
    },
    clear(tenantId) {
      raise(tenantId)
      const own = [...entries.keys()].filter((key) => key.startsWith(`${tenantId} `))
      for (const key of own) entries.delete(key)
      return Promise.resolve(own.length)
    },
    // Reads of one key already share one load within the process.
    lock: () => Promise.resolve(true),
    unlock: () => Promise.resolve(),
  }
}
