import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { header, signatureProblem } from './signature.mjs'

const known = new Set(${{ variables.events | json }})

/** A receiver that keeps all promises of the README. `failing` gives the number of deliveries that it answers 503 first. */
export function createReceiver({ secret, failing = 0 }) {
  const seen = new Set()
  const subjects = new Map()
  let left = failing

  /** In a database: one transaction that inserts the event's id (unique) and changes the subject. */
  const apply = ({ id, type, subject, sequence }) => {
    if (seen.has(id)) return
    seen.add(id)
    if (!known.has(type)) return
    const before = subjects.get(subject)
${%- if variables.ordered %}
    if (before && before.sequence > sequence) return
${%- endif %}
    subjects.set(subject, { status: type, sequence, applied: (before?.applied ?? 0) + 1 })
  }

  const answer = async (request) => {
    if (request.method === 'GET') return [200, Object.fromEntries(subjects)]
    const body = await buffer(request)
    const problem = signatureProblem(secret, body, request.headers[header])
    if (problem) return [401, { problem }]
    if (left > 0) return left--, [503, { problem: 'not now' }]
    let event
    try {
      event = JSON.parse(body.toString('utf8'))
    } catch {
      return [400, { problem: 'the body is no JSON' }]
    }
    if (typeof event?.id !== 'string' || typeof event.type !== 'string') return [400, { problem: 'id and type are needed' }]
    apply(event)
    return [202, {}]
  }

  const server = createServer((request, response) => {
    answer(request).then(([status, body]) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)), () => response.writeHead(500).end())
  })
  return {
    start: () => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}/webhooks`))),
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}
