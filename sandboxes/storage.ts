import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openJournal } from './journal.ts'
import type { Journal } from './journal.ts'
import type { SandboxStore } from './kernel.ts'
import { openStore } from './store.ts'

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
