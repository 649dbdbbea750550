import { randomInt } from 'node:crypto'
import { keepConnected } from './feed-connection.ts'

/** First half of the advisory locks by which processes show that they live. */
export const aliveLock = 7302

/** One connection per process that hears of new deployment events, and whose lock tells others that the process lives. */
export interface Feed {
  /** This process's number. */
  holder: number
  /** Resolves once the connection stands. */
  ready: Promise<void>
  /** Calls `wake` after each new event of the record, and after every reconnection. Answers how to stop. */
  listen(recordId: string, wake: () => void): () => void
  /** Calls `hear` with each tenant whose templates were changed, by whatever process, and with none when any may have been unheard. */
  onTemplates(hear: (tenantId?: string) => Promise<void>): void
  /** False while changes are not heard. */
  isListening(): boolean
  close(): Promise<void>
}

/** Connects at once and again whenever the connection is lost. */
export function openFeed(url: string): Feed {
  const holder = randomInt(1, 2 ** 31)
  const wakers = new Map<string, Set<() => void>>()
  let hearTemplates: (tenantId?: string) => Promise<void> = () => Promise.resolve()
  let standing: () => void = () => undefined
  const ready = new Promise<void>((resolve) => { standing = resolve })

  const connection = keepConnected(url, {
    async begin(client) {
      // A session whose line was dropped holds the lock that the next one needs: it must die soon, and the next one, which may be dropped too, must not wait for long.
      await client.query("set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; set lock_timeout = '2s'")
      await client.query('select pg_advisory_lock($1, $2)', [aliveLock, holder])
      await client.query('listen slipway_events; listen slipway_templates')
      await hearTemplates()
    },
    hear(channel, payload) {
      if (channel === 'slipway_templates') void hearTemplates(payload)
      else for (const wake of wakers.get(payload) ?? []) wake()
    },
    stand() {
      standing()
      // What was written meanwhile was not heard.
      for (const set of wakers.values()) for (const wake of set) wake()
    },
  })

  return {
    holder,
    ready,
    listen(recordId, wake) {
      const set = wakers.get(recordId) ?? new Set()
      wakers.set(recordId, set.add(wake))
      return () => {
        set.delete(wake)
        if (set.size === 0) wakers.delete(recordId)
      }
    },
    onTemplates(hear) { hearTemplates = hear },
    isListening: () => connection.stands(),
    close: () => connection.close(),
  }
}
