import pg from 'pg'

const backoffMs = { first: 250, most: 5_000 }

/** A line that something on the way drops is dropped in silence: an idle one is asked this often, and whatever is said on it must be answered within this long. */
const standardPulse = { everyMs: 10_000, answerMs: 5_000 }

interface Doings {
  /** What is said on a connection before it stands; one on which that fails is given up. */
  begin(client: pg.Client): Promise<void>
  hear(channel: string, payload: string): void
  /** A connection stands. */
  stand(): void
}

/** A connection that is made at once, and again whenever it is lost. */
export function keepConnected(url: string, { begin, hear, stand }: Doings, { everyMs, answerMs } = standardPulse): { stands(): boolean; close(): Promise<void> } {
  let current: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let standing = false
  const connect = async (waitMs: number): Promise<void> => {
    const client = new pg.Client({ connectionString: url, application_name: 'slipway feed', keepAlive: true, connectionTimeoutMillis: answerMs, query_timeout: answerMs })
    let pulse: NodeJS.Timeout | undefined
    const lost = new AbortController()
    const again = () => {
      if (lost.signal.aborted) return
      lost.abort()
      standing = false
      clearTimeout(pulse)
      void client.end().catch(() => undefined)
      if (!closed) timer = setTimeout(() => void connect(Math.min(waitMs * 2, backoffMs.most)), waitMs)
    }
    const beat = () => {
      if (!lost.signal.aborted) pulse = setTimeout(() => { client.query('select 1').then(beat, again) }, everyMs)
    }
    client.on('error', again)
    client.on('end', again)
    client.on('notification', ({ channel, payload = '' }) => { hear(channel, payload) })
    current = client
    try {
      await client.connect()
      await begin(client)
    } catch {
      again()
      return
    }
    standing = !lost.signal.aborted
    beat()
    waitMs = backoffMs.first
    stand()
  }
  void connect(backoffMs.first)
  return {
    stands: () => standing,
    async close() {
      closed = true
      clearTimeout(timer)
      await current?.end().catch(() => undefined)
    },
  }
}
