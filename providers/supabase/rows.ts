import type { Json, JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import { ProviderError } from '../provider.ts'
import { rowProblems } from './row-problems.ts'
import type { StageTable } from './schema.ts'

/** Keys of a row that are columns; whatever else a row has goes into its metadata. */
const columns: Record<StageTable, readonly string[]> = {
  prompts: ['key', 'content', 'version', 'metadata'],
  documents: ['key', 'content', 'metadata', 'embedding'],
}

/** Keys of a row that its table has no column for. */
export const strayKeys = (table: StageTable, row: JsonObject): string[] => Object.keys(row).filter((key) => !columns[table].includes(key))

/** Folds what is no column into the metadata; a key that the metadata has itself wins. */
export function foldStray(table: StageTable, row: JsonObject): JsonObject {
  const isColumn = ([key]: [string, Json]): boolean => columns[table].includes(key)
  const [own, stray] = [Object.entries(row).filter(isColumn), Object.entries(row).filter((entry) => !isColumn(entry))]
  return { ...Object.fromEntries(own), metadata: { ...Object.fromEntries(stray), ...(isObject(row['metadata']) ? row['metadata'] : {}) } }
}

/** A row as it is sent: the columns of its table, owned and dated, as `default now()` does not move on an update. */
export function sendable(table: StageTable, owner: string, row: JsonObject): JsonObject {
  const problem = rowProblems(table, row)[0]
  if (problem) {
    const name = typeof row['key'] === 'string' ? ` "${row['key']}"` : ''
    throw new ProviderError(`supabase: a row${name} of ${table} cannot be written: ${problem.pointer.slice(1)} ${problem.message}`, { provider: 'supabase', retryable: false })
  }
  const version = table === 'prompts' ? { version: row['version'] ?? null } : {}
  return { ...foldStray(table, row), ...version, owner, updated_at: new Date().toISOString() }
}

/** A row as it was given: without owner, date and what is empty. */
export function readable(row: JsonObject): JsonObject {
  const { owner: _owner, updated_at: _at, ...rest } = row
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null))
}
