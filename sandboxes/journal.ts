import type { DatabaseSync } from 'node:sqlite'
import type { FaultKind } from './kernel.ts'

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

export function openJournal(database: DatabaseSync): Journal {
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
