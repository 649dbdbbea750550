import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { FaultKind, SandboxStore } from './kernel.ts'

/** One request to a vendor's route. `status` 0: no answer was given (reset, timeout, the client left). */
export interface JournalEntry {
  at: number
  method: string
  path: string
  status: number
  account?: string
  fault?: FaultKind
  /** Only with a fault: whether the vendor's route had done its work before the answer was lost. */
  committed?: boolean
}

export interface Journal {
  add(entry: JournalEntry): void
  entries(): JournalEntry[]
  clear(): void
}

const longestJournal = 200_000
const pruneEvery = 1_000

const schema = `
  create table if not exists resources (
    position integer primary key autoincrement, type text not null, id text not null,
    created_at integer not null, body text not null, unique (type, id));
  create table if not exists counters (name text primary key, value integer not null);
  create table if not exists journal (position integer primary key autoincrement, at integer not null, entry text not null);
`

/** Opens a sandbox's memory: a SQLite file that survives restarts and kill -9, or nothing but memory. */
export function openStorage(file: string | undefined): { store: SandboxStore; journal: Journal; close(): void } {
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true })
  const database = new DatabaseSync(file ?? ':memory:')
  // NORMAL loses nothing when the process is killed, only when the machine loses power.
  database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000;')
  database.exec(schema)
  return { store: openStore(database), journal: openJournal(database), close: () => database.close() }
}

function openStore(database: DatabaseSync): SandboxStore {
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
      return row === undefined ? undefined : (JSON.parse(String(row['body'])) as T)
    },
    put: (type, id, body) => void put.run(type, id, Date.now(), JSON.stringify(body)),
    delete: (type, id) => remove.run(type, id).changes > 0,
    list: <T>(type: string) =>
      list.all(type).map((row) => ({
        id: String(row['id']),
        body: JSON.parse(String(row['body'])) as T,
        createdAt: Number(row['created_at']),
      })),
    next: (counter) => Number(next.get(counter)?.['value']),
    clear: () => database.exec('delete from resources; delete from counters;'),
  }
}

function openJournal(database: DatabaseSync): Journal {
  const add = database.prepare('insert into journal (at, entry) values (?, ?)')
  const prune = database.prepare('delete from journal where position <= ?')
  const all = database.prepare('select entry from journal order by at, position')
  return {
    add(entry) {
      // A client that leaves while the sandbox stops is no longer of interest.
      if (!database.isOpen) return
      const position = Number(add.run(entry.at, JSON.stringify(entry)).lastInsertRowid)
      if (position % pruneEvery === 0) prune.run(position - longestJournal)
    },
    entries: () => all.all().map((row) => JSON.parse(String(row['entry'])) as JournalEntry),
    clear: () => database.exec('delete from journal'),
  }
}
