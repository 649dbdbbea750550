import { setTimeout as sleep } from 'node:timers/promises'
import { type CacheStore, largestValue } from './store.ts'

/** Read-through, for texts that follow from what the database holds. */
export interface Cache {
  /** What is kept under the key, or what `load` answers. What `load` throws is thrown and not kept. */
  read(tenantId: string, key: string, load: () => Promise<string>): Promise<string>
  /** After a change: of one tenant, or of all. */
  forget(tenantId?: string): Promise<void>
  clear(tenantId: string): Promise<number>
  /** How often it was asked for the tenant's, in this process. */
  reads(tenantId: string): CacheReads
}

export interface CacheReads {
  hits: number
  misses: number
}

export interface CacheMetrics {
  /** template_cache_hits_total, template_cache_misses_total. */
  cacheRead(hit: boolean): void
}

export interface CacheOptions {
  store: CacheStore
  metrics: CacheMetrics
  /** False while changes may go unheard: then nothing that was kept is believed. */
  isUsable: () => boolean
}

const noReads: CacheReads = { hits: 0, misses: 0 }
const waitMs = { between: 10, most: 3_000 }

export function createCache({ store, metrics, isUsable }: CacheOptions): Cache {
  const loading = new Map<string, Promise<string>>()
  const counted = new Map<string, CacheReads>()

  const count = (tenantId: string, hit: boolean): void => {
    const { hits, misses } = counted.get(tenantId) ?? noReads
    counted.set(tenantId, hit ? { hits: hits + 1, misses } : { hits, misses: misses + 1 })
    metrics.cacheRead(hit)
  }

  const fill = async (tenantId: string, key: string, tag: string, load: () => Promise<string>): Promise<string> => {
    let waited = false
    for (const end = performance.now() + waitMs.most; performance.now() < end; await sleep(waitMs.between)) {
      if (await store.lock(tenantId, key, tag)) {
        try {
          // Whoever held the lock before has mostly left what is wanted.
          const left = waited ? await store.look(tenantId, key) : undefined
          if (left?.tag === tag && left.value !== undefined) return left.value
          const value = await load()
          if (value.length <= largestValue) await store.keep(tenantId, key, tag, value)
          return value
        } finally {
          await store.unlock(tenantId, key, tag)
        }
      }
      waited = true
      // Another process loads: what it finds is for us too, unless things have changed meanwhile.
      const seen = await store.look(tenantId, key)
      if (seen?.tag !== tag) break
      if (seen.value !== undefined) return seen.value
    }
    return load()
  }

  return {
    async read(tenantId, key, load) {
      const seen = isUsable() ? await store.look(tenantId, key) : undefined
      count(tenantId, seen?.value !== undefined)
      if (seen === undefined) return load()
      if (seen.value !== undefined) return seen.value
      // The tag is part of it: who asks after a change does not wait for what was read before it.
      const name = `${tenantId} ${key} ${seen.tag}`
      const joined = loading.get(name)
      if (joined) return joined
      const mine = fill(tenantId, key, seen.tag, load).finally(() => { loading.delete(name) })
      loading.set(name, mine)
      return mine
    },
    forget: (tenantId) => store.forget(tenantId),
    clear: (tenantId) => store.clear(tenantId),
    reads: (tenantId) => counted.get(tenantId) ?? noReads,
  }
}

/** For TEMPLATE_CACHE_TTL=0. */
export const noCache: Cache = { read: (_tenantId, _key, load) => load(), forget: () => Promise.resolve(), clear: () => Promise.resolve(0), reads: () => noReads }
