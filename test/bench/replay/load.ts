/** A process of the bench: asks one address over some kept-alive connections for a while, and says how many answers came per second. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'

export interface LoadOrder { url: string; token?: string; connections: number; warmMs: number; ms: number }

async function load({ url, token, connections, warmMs, ms }: LoadOrder): Promise<number> {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections })
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  let answered = 0
  let stopped = false
  const asking = Promise.all(Array.from({ length: connections }, async () => {
    while (!stopped) {
      const { statusCode, body } = await pool.request({ method: 'GET', path: pathname, headers })
      const text = await body.text()
      if (statusCode !== 200) throw new Error(`${url}: ${String(statusCode)} ${text}`)
      answered += 1
    }
  }))
  await Promise.race([sleep(warmMs), asking])
  answered = 0
  const began = performance.now()
  await Promise.race([sleep(ms), asking])
  const perSecond = answered / (performance.now() - began) * 1_000
  stopped = true
  await asking
  await pool.close()
  return perSecond
}

load(JSON.parse(process.argv[2] ?? '') as LoadOrder).then(
  (perSecond) => { process.send?.({ type: 'ready', perSecond }, undefined, undefined, () => { process.exit(0) }) },
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
