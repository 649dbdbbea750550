import { DatabaseSync } from 'node:sqlite'

export interface Event { id: string; type: string; payload: string; attempts: number }
export type State = 'waiting' | 'done' | 'ignored' | 'dead'

const schema = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  create table if not exists events (
    id text primary key, type text not null, payload text not null, state text not null default 'waiting',
    attempts integer not null default 0, due_at integer not null, received_at integer not null, error text
  ) strict;
  create index if not exists events_due on events (due_at) where state = 'waiting';`

/** How long whoever took an event may be silent before another takes it. */
export const leaseMs = 5 * 60_000

/** 2 s, 4 s, 8 s … an hour at most; the half of it by chance, so that what failed together does not come back together. */
export const delayMs = (attempts: number, chance: () => number = Math.random): number => Math.round(Math.min(2 ** attempts * 1000, 3_600_000) * (0.5 + chance() / 2))

export type Inbox = ReturnType<typeof openInbox>

export function openInbox(file: string, clock: () => number = Date.now) {
  const db = new DatabaseSync(file)
  db.exec(schema)
  const insert = db.prepare('insert into events (id, type, payload, due_at, received_at) values (?, ?, ?, ?, ?) on conflict (id) do nothing')
  const take = db.prepare(`update events set attempts = attempts + 1, due_at = ? where id = (select id from events where state = 'waiting' and due_at <= ? order by due_at limit 1) returning id, type, payload, attempts`)
  const settle = db.prepare('update events set state = ?, error = ?, due_at = ? where id = ?')
  const again = db.prepare(`update events set state = 'waiting', attempts = 0, due_at = ? where id = ? and state in ('dead', 'ignored')`)
  const byState = db.prepare('select id, type, attempts, error from events where state = ? order by received_at')
  return {
    /** False: it was there already. */
    add: (id: string, type: string, payload: string): boolean => insert.run(id, type, payload, clock(), clock()).changes === 1,
    /** An event that is due, leased to whoever takes it. */
    take: (): Event | undefined => take.get(clock() + leaseMs, clock()) as Event | undefined,
    finish: (id: string, state: 'done' | 'ignored'): void => { settle.run(state, null, 0, id) },
    /** Undefined for the time means that it is given up. */
    fail: (id: string, error: string, dueAt: number | undefined): void => { settle.run(dueAt === undefined ? 'dead' : 'waiting', error.slice(0, 2000), dueAt ?? 0, id) },
    retry: (id: string): boolean => again.run(clock(), id).changes === 1,
    list: (state: State) => byState.all(state) as unknown as { id: string; type: string; attempts: number; error: string | null }[],
    close: (): void => { db.close() },
  }
}
