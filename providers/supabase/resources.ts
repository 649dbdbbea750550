import type { Account, Desired, Live, ResourceType } from '../provider.ts'
import { originOf, run, supabaseOf } from './client.ts'
import type { Supabase } from './client.ts'
import { rowProblems } from './row-problems.ts'
import { foldStray, readable, sendable, strayKeys } from './rows.ts'
import type { StageTable } from './schema.ts'
import { upsert } from './stage.ts'
import { isMissingTable, projectOf, withTables } from './tables.ts'

/** The owner of a single row is its marker, so that it never meets a stage's row with the same key. */
const idOf = (desired: Desired): string => `${desired.marker}/${String(desired.spec['key'])}`

const splitId = (id: string): { owner: string; key: string } => {
  const slash = id.indexOf('/')
  return { owner: id.slice(0, slash), key: id.slice(slash + 1) }
}

/** One row of a table as a resource: `key`, `content` and the table's other columns. */
export const rowType = (title: string, table: StageTable): ResourceType<Supabase> => {
  async function get(account: Account<Supabase>, externalId: string): Promise<Live | undefined> {
    const { owner, key } = splitId(externalId)
    try {
      const { data } = await run(supabaseOf(account).rest.from(table).select('*').eq('owner', owner).eq('key', key))
      const row = data[0]
      return row && { externalId, spec: readable(row), marked: true }
    } catch (error) {
      // A preview must not create tables; the deployment does.
      if (isMissingTable(error)) return undefined
      throw error
    }
  }

  async function write(account: Account<Supabase>, desired: Desired): Promise<Live> {
    const row = sendable(table, desired.marker, desired.spec)
    await withTables(account, () => upsert(account, table, [row]))
    return { externalId: idOf(desired), spec: readable(row), marked: true }
  }

  return {
    title,
    validate: (spec) => rowProblems(table, spec),
    normalize: (spec) => ({
      spec: foldStray(table, spec),
      notes: strayKeys(table, spec).map((key) => `${key} is no column of ${table} and is kept in the metadata`),
    }),
    naturalKey: idOf,
    get,
    find: (account, desired) => get(account, idOf(desired)),
    create: write,
    update: (account, _live, desired) => write(account, desired),
    async remove(account, externalId) {
      const { owner, key } = splitId(externalId)
      try {
        await run(supabaseOf(account).rest.from(table).delete().eq('owner', owner).eq('key', key))
      } catch (error) {
        if (!isMissingTable(error)) throw error
      }
    },
    url(connection, live) {
      const ref = projectOf(connection)
      if (ref !== undefined) return `https://supabase.com/dashboard/project/${ref}/editor`
      const { owner, key } = splitId(live.externalId)
      return `${originOf(connection)}/rest/v1/${table}?owner=eq.${encodeURIComponent(owner)}&key=eq.${encodeURIComponent(key)}`
    },
    immutable: ['key'],
    // pgvector rounds to four bytes and shows a text.
    unreadable: ['embedding'],
  }
}
