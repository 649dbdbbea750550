import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'

/** An API that keeps the sample contract, in memory: lets the suite run offline, and shows what it expects. */
export async function startProvider(token) {
  const stored = new Map()
  const server = createServer((request, response) => {
    answer(request, stored, token).then(([status, body, headers = {}]) => {
      response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers })
      response.end(JSON.stringify(body))
    }, () => response.writeHead(500).end())
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((resolve) => server.close(resolve)) }
}

const problem = (status, title) => [status, { title, status }]

async function answer(request, stored, token) {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
${%- if variables.auth == "bearer" %}
  if (request.headers.authorization !== `Bearer ${token}`) return problem(401, 'Send a bearer token')
${%- elsif variables.auth == "apiKey" %}
  if (request.headers['x-api-key'] !== token) return problem(401, 'Send X-API-Key')
${%- endif %}
  const [, collection, id] = pathname.split('/')
  if (collection !== '${{ variables.resource }}s') return problem(404, 'There is no such page')
  if (id) return stored.has(id) ? [200, stored.get(id)] : problem(404, 'There is no such ${{ variables.resource }}')
  if (request.method === 'POST') return create(await json(request), stored)
  const limit = Number(searchParams.get('limit') ?? 20)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) return problem(400, 'limit must be 1 to 100')
  return [200, { items: [...stored.values()].reverse().slice(0, limit) }]
}

function create({ reference, quantity, note }, stored) {
  if (typeof reference !== 'string' || reference === '' || reference.length > 40 || !Number.isInteger(quantity) || quantity < 1) return problem(422, 'reference (up to 40 characters) and quantity (from 1) are needed')
  if (note !== undefined && typeof note !== 'string') return problem(422, 'note must be a text')
  const made = { id: randomUUID(), createdAt: new Date().toISOString(), reference, quantity, ...(note === undefined ? {} : { note }) }
  stored.set(made.id, made)
  return [201, made, { location: `/${{ variables.resource }}s/${made.id}` }]
}
