import type { JsonObject } from '../../contracts/json.ts'
import { ProviderError } from '../provider.ts'
import type { Account } from '../provider.ts'
import { run, supabaseOf } from './client.ts'
import { readable, sendable } from './rows.ts'
import { stageTables } from './schema.ts'
import type { StageTable } from './schema.ts'
import { isMissingTable, withTables } from './tables.ts'

const batchRows = 500
/** Characters of one body; gateways refuse bodies of some megabytes. */
const batchBudget = 1_000_000
/** Keys of one delete or page; proxies cut addresses above some 8 KB. */
const addressBudget = 4_000
/** PostgreSQL's word for a key that is there already. */
const uniqueViolation = '23505'

export interface Stage {
  table: StageTable
  /** `<client>/<kind>/<template>`: rows of several clients live together in one project. */
  owner: string
  /** What the owner was called before: its rows become this one's. */
  former?: string | undefined
  rows: JsonObject[]
}

/**
 * Makes an owner's rows of a table equal to `rows`: writes them all, then deletes the owner's others. Safe to repeat.
 * A row's `key`, `content`, `version` (prompts), `embedding` (documents) and `metadata` are columns; the rest joins the metadata.
 */
export async function writeStage(account: Account<unknown>, { table, owner, former, rows }: Stage): Promise<{ written: number; deleted: number }> {
  const wanted = unique(table, rows.map((row) => sendable(table, owner, row)))
  return withTables(account, async () => {
    if (former !== undefined) await takeOver(account, table, former, owner)
    for (const batch of batches(wanted)) await upsert(account, table, batch)
    return { written: wanted.size, deleted: await deleteOthers(account, table, owner, wanted) }
  })
}

/** With all that is in them, such as embeddings that were computed elsewhere. Where the new owner has some of the keys already, the former's rows go. */
async function takeOver(account: Account<unknown>, table: StageTable, former: string, owner: string): Promise<void> {
  const { rest } = supabaseOf(account)
  try {
    await run(rest.from(table).update({ owner }).eq('owner', former))
  } catch (error) {
    if (!(error instanceof ProviderError) || error.details.vendorCode !== uniqueViolation) throw error
    await run(rest.from(table).delete().eq('owner', former))
  }
}

/** In one request where the keys to keep fit into an address; else the owner's keys are read, and what is too much of them deleted. */
async function deleteOthers(account: Account<unknown>, table: StageTable, owner: string, wanted: ReadonlyMap<string, JsonObject>): Promise<number> {
  const kept = [...wanted.keys()].map(quoted)
  if (kept.reduce((sum, key) => sum + addressSize(key), 0) > addressBudget) return deleteKeys(account, table, owner, (await keysOf(account, table, owner)).filter((key) => !wanted.has(key)))
  const mine = supabaseOf(account).rest.from(table).delete({ count: 'exact' }).eq('owner', owner)
  const { count } = await run(kept.length === 0 ? mine : mine.filter('key', 'not.in', `(${kept.join(',')})`))
  return count ?? 0
}

/** An owner's rows of a table, by key; no table, no rows. */
export async function readStage(account: Account<unknown>, table: StageTable, owner: string): Promise<JsonObject[]> {
  try {
    return (await pages(account, table, owner, '*')).map(readable)
  } catch (error) {
    if (isMissingTable(error)) return []
    throw error
  }
}

/** Deletes all that an owner has; what is gone already is no error. */
export async function removeOwner(account: Account<unknown>, owner: string): Promise<{ deleted: number }> {
  let deleted = 0
  for (const table of stageTables) {
    try {
      const { count } = await run(supabaseOf(account).rest.from(table).delete({ count: 'exact' }).eq('owner', owner))
      deleted += count ?? 0
    } catch (error) {
      if (!isMissingTable(error)) throw error
    }
  }
  return { deleted }
}

/** One transaction at PostgREST. Rows with and without an embedding go apart: a missing one must not clear what is there. */
export async function upsert(account: Account<unknown>, table: StageTable, rows: JsonObject[]): Promise<void> {
  await run(supabaseOf(account).rest.from(table).upsert(rows, { onConflict: 'owner,key', defaultToNull: false }))
}

function unique(table: StageTable, rows: JsonObject[]): Map<string, JsonObject> {
  const byKey = new Map<string, JsonObject>()
  for (const row of rows) {
    const key = String(row['key'])
    if (byKey.has(key)) throw new ProviderError(`supabase: the key "${key}" stands twice in the ${table} stage; give each row its own`, { provider: 'supabase', retryable: false, vendorCode: '21000' })
    byKey.set(key, row)
  }
  return byKey
}

function* batches(rows: Map<string, JsonObject>): Generator<JsonObject[]> {
  const shapes = Map.groupBy(rows.values(), (row) => 'embedding' in row)
  for (const alike of shapes.values()) yield* parts(alike, (row) => JSON.stringify(row).length, batchBudget, batchRows)
}

/** Lists that keep within a budget of size and a number of items; an item beyond the budget goes alone. */
function* parts<T>(items: readonly T[], sizeOf: (item: T) => number, budget: number, most = Infinity): Generator<T[]> {
  let part: T[] = []
  let size = 0
  for (const item of items) {
    const more = sizeOf(item)
    if (part.length > 0 && (size + more > budget || part.length === most)) {
      yield part
      part = []
      size = 0
    }
    part.push(item)
    size += more
  }
  if (part.length > 0) yield part
}

const keysOf = async (account: Account<unknown>, table: StageTable, owner: string): Promise<string[]> =>
  (await pages(account, table, owner, 'key')).map((row) => String(row['key']))

/** By keyset until a page is empty: a project cuts pages at its own max-rows without saying so. */
async function pages(account: Account<unknown>, table: StageTable, owner: string, select: string): Promise<JsonObject[]> {
  const all: JsonObject[] = []
  for (;;) {
    const last = all.at(-1)?.['key']
    const query = supabaseOf(account).rest.from(table).select<string, JsonObject>(select).eq('owner', owner).order('key').limit(1_000)
    const { data } = await run(last === undefined ? query : query.gt('key', last))
    if (data.length === 0) return all
    all.push(...data)
  }
}

/** By PostgREST's rule; postgrest-js escapes neither quotes nor backslashes. */
const quoted = (key: string): string => `"${key.replace(/[\\"]/g, '\\$&')}"`

const addressSize = (key: string): number => encodeURIComponent(key).length + 3

async function deleteKeys(account: Account<unknown>, table: StageTable, owner: string, keys: string[]): Promise<number> {
  let deleted = 0
  for (const part of parts(keys.map(quoted), addressSize, addressBudget)) {
    const { count } = await run(supabaseOf(account).rest.from(table).delete({ count: 'exact' }).eq('owner', owner).filter('key', 'in', `(${part.join(',')})`))
    deleted += count ?? 0
  }
  return deleted
}
