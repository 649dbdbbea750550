import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tenant } from '../support/product.ts'

export interface Answer { status: number; body: Record<string, unknown> }

/** How the requests of all users went. */
export interface Experience {
  requests: number
  /** Broken connections and 5xx, each tried again with the same key. */
  retried: number
  /** Refusals that a careful user does not expect. */
  surprises: string[]
}

export interface User {
  experience: Experience
  /** Sends it until the API answers: the same key on every try, so that whatever was done once stays done once. Throws after `patienceMs`. */
  send(method: string, path: string, body?: unknown, expected?: readonly number[]): Promise<Answer>
}

/** A user who does what the API's page says: every POST has a key, and what failed is sent again. */
export function carefulUser(tenant: Tenant, patienceMs = 180_000): User {
  const experience: Experience = { requests: 0, retried: 0, surprises: [] }
  return {
    experience,
    async send(method, path, body, expected = [200, 201, 202]) {
      const headers = method === 'GET' ? {} : { 'idempotency-key': randomUUID() }
      let last = ''
      for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(300 + Math.random() * 700)) {
        experience.requests += 1
        const answer = await tenant.call(method, path, body, headers).catch((error: unknown) => String(error))
        if (typeof answer === 'string') last = answer
        else if (expected.includes(answer.status)) return answer
        else {
          last = `${String(answer.status)} ${JSON.stringify(answer.body)}`
          const again = answer.status >= 500 || answer.body['code'] === '409.request_in_progress'
          if (!again) {
            experience.surprises.push(`${method} ${path}: ${last}`)
            return answer
          }
        }
        experience.retried += 1
      }
      throw new Error(`${method} ${path} was not answered within ${String(patienceMs / 1000)} s: ${last}`)
    },
  }
}
