/** What a place says of one key. */
export interface Look {
  /** What is loaded from now on is kept under this; it changes when the tenant's entries are forgotten. */
  tag: string
  value: string | undefined
}

/** Where entries are kept, by tenant and key. A place that does not answer throws nothing: it answers undefined. */
export interface CacheStore {
  look(tenantId: string, key: string): Promise<Look | undefined>
  keep(tenantId: string, key: string, tag: string, value: string): Promise<void>
  /** Nothing that was kept, or is being loaded, counts from now on: of one tenant, or of all. */
  forget(tenantId?: string): Promise<void>
  /** The same, and frees the space. Answers how many entries there were. */
  clear(tenantId: string): Promise<number>
  /** Whether it is this process that loads now. */
  lock(tenantId: string, key: string, tag: string): Promise<boolean>
  unlock(tenantId: string, key: string, tag: string): Promise<void>
}

/** Larger values are answered and not kept. */
export const largestValue = 4 * 1024 * 1024
