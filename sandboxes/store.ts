import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { SandboxStore } from './kernel.ts'

export function openStore(database: DatabaseSync): SandboxStore {
  const get = database.prepare('select body from resources where type = ? and id = ?')
  const put = database.prepare(`insert into resources (type, id, created_at, body) values (?, ?, ?, ?)
    on conflict (type, id) do update set body = excluded.body`)
  const remove = database.prepare('delete from resources where type = ? and id = ?')
  const list = database.prepare('select id, body, created_at from resources where type = ? order by position')
  const next = database.prepare(`insert into counters (name, value) values (?, 1)
    on conflict (name) do update set value = value + 1 returning value`)
  return {
    get: <T>(type: string, id: string) => {
      const row = get.get(type, id)
      return row === undefined ? undefined : bodyOf<T>(row)
    },
    put: (type, id, body) => void put.run(type, id, Date.now(), JSON.stringify(body)),
    delete: (type, id) => remove.run(type, id).changes > 0,
    list: <T>(type: string) =>
      list.all(type).map((row) => ({
        id: String(row['id']),
        body: bodyOf<T>(row),
        createdAt: Number(row['created_at']),
      })),
    next: (counter) => Number(next.get(counter)?.['value']),
    clear: () => database.exec('delete from resources; delete from counters;'),
  }
}

// Whoever reads a type of row is who wrote it: nobody else knows what its body is.
const bodyOf = <T>(row: Record<string, SQLOutputValue>): T => JSON.parse(String(row['body'])) as T
