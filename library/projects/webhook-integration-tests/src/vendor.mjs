import { randomUUID } from 'node:crypto'
import { header, sign, toleranceSeconds } from './signature.mjs'

export const eventTypes = ${{ variables.events | json }}

/** What happens to one subject, in order. */
export const history = (subject = `sub_${randomUUID()}`) => eventTypes.map((type, index) => ({ id: `evt_${randomUUID()}`, type, subject, sequence: index + 1, data: { amount: 1999, currency: 'EUR' } }))

/** A vendor that delivers to `url`, and can be told to do it badly. */
export function createVendor({ url, secret }) {
  const post = async (body, headers) => {
    const began = performance.now()
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body, signal: AbortSignal.timeout(10_000) })
    await response.arrayBuffer()
    return { status: response.status, milliseconds: performance.now() - began }
  }
  const signed = (body, seconds) => post(body, { [header]: sign(secret, body, seconds) })
  const text = (event) => Buffer.from(JSON.stringify(event))
  const now = () => Math.floor(Date.now() / 1000)

  return {
    deliver: (event) => signed(text(event)),
    duplicated: (event, times = 5) => Promise.all(Array.from({ length: times }, () => signed(text(event)))),
    forged: (event) => post(text(event), { [header]: sign('another secret', text(event)) }),
    unsigned: (event) => post(text(event), {}),
    replayed: (event) => signed(text(event), now() - toleranceSeconds - 60),
    tampered: (event) => post(text({ ...event, data: { amount: 1 } }), { [header]: sign(secret, text(event)) }),
    truncated: (event) => signed(text(event).subarray(0, 20)),
    /** As vendors do: again after each 5xx, with a growing pause, until `attempts` are used up. */
    async persistent(event, { attempts = 5, pause = 5 } = {}) {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await signed(text(event))
        if (answer.status < 500 || attempt === attempts) return { ...answer, attempt }
        await new Promise((resolve) => setTimeout(resolve, pause * 2 ** attempt))
      }
    },
  }
}
