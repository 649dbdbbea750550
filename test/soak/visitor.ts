import { setTimeout as sleep } from 'node:timers/promises'
import type { Product, Tenant } from '../support/product.ts'

/** What went otherwise than it should. */
export interface Complaints {
  requests: number
  /** What happened, and how often. */
  errors: Map<string, number>
}

export interface Answer { status: number; body: Record<string, unknown> }

/** A tenant's user who knows what every answer has to be. */
export interface Visitor {
  tenant: Tenant
  /** Sends a request; any other status is a complaint, and ends what the visitor was about to do. */
  send(method: string, path: string, status: number | readonly number[], body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Follows a deployment's events until the stream ends, or until `enough` of them came. Answers how the deployment ended. */
  follow(recordId: string, enough?: number): Promise<string | undefined>
  /** Waits for a pipeline's end. */
  pipelineEnds(id: string): Promise<Answer>
}

export class Complaint extends Error {
  override readonly name = 'Complaint'
}

/** Ids and times would make every complaint a kind of its own. */
const general = (text: string): string => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>').replace(/"at":"[^"]*"/g, '').slice(0, 300)

export const complain = ({ errors }: Complaints, text: string): void => {
  const kind = general(text)
  errors.set(kind, (errors.get(kind) ?? 0) + 1)
}

export function visitorOf(product: Product, tenant: Tenant, complaints: Complaints): Visitor {
  const send: Visitor['send'] = async (method, path, status, body, headers) => {
    complaints.requests += 1
    const answer = await tenant.call(method, path, body, headers)
    if (![status].flat().includes(answer.status)) throw new Complaint(`${method} ${path}: ${String(answer.status)} instead of ${String(status)}: ${JSON.stringify(answer.body)}`)
    return answer
  }
  return {
    tenant,
    send,
    async follow(recordId, enough = Infinity) {
      complaints.requests += 1
      const gone = new AbortController()
      const answer = await fetch(`${product.stack().apiUrl}/api/v1/deployments/${recordId}/events`, { headers: { authorization: `Bearer ${tenant.token}` }, signal: AbortSignal.any([gone.signal, AbortSignal.timeout(120_000)]) })
      if (answer.status !== 200 || !answer.body) throw new Complaint(`events of a deployment: ${String(answer.status)}`)
      let text = ''
      for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
        text += chunk
        const end = /event: end\ndata: (.*)\n\n/.exec(text)
        if (end) return (JSON.parse(end[1] ?? '{}') as { status?: string }).status
        if (text.split('\n\n').length > enough) {
          gone.abort()
          return undefined
        }
      }
      throw new Complaint('events of a deployment: the stream broke off')
    },
    async pipelineEnds(id) {
      for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(500)) {
        const answer = await send('GET', `/api/v1/pipelines/${id}`, 200)
        if (answer.body['status'] !== 'running') return answer
      }
      throw new Complaint('a pipeline did not end within two minutes')
    },
  }
}
