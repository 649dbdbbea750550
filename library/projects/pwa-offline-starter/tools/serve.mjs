import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { stamp } from './stamp.mjs'

const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json' }
const app = join(import.meta.dirname, '../app')

/** Serves the app, always with a fresh stamp, and an API of notes that knows idempotency keys. */
export function createApp() {
  const notes = []
  const answered = new Map()

  async function post(request) {
    const key = request.headers['idempotency-key']
    if (key === undefined) return [400, { title: 'Idempotency-Key is missing' }]
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    if (answered.has(key)) return answered.get(key)
    const { text } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (typeof text !== 'string' || text.trim() === '' || text.length > 500) return [422, { title: 'text must have 1 to 500 characters' }]
    const note = { id: notes.length + 1, text }
    notes.unshift(note)
    answered.set(key, [201, note])
    return answered.get(key)
  }

  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    const answer = (status, body, type = 'application/json') => response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-cache' }).end(body)
    if (pathname === '/api/notes') {
      const [status, body] = request.method === 'POST' ? await post(request) : [200, { items: notes }]
      return answer(status, JSON.stringify(body))
    }
    if (pathname === '/files.mjs') {
      const { version, files } = stamp()
      return answer(200, `export const version = '${version}'\nexport const files = ${JSON.stringify(files)}\n`, types['.mjs'])
    }
    const path = normalize(decodeURIComponent(pathname === '/' ? '/index.html' : pathname))
    const content = path.includes('..') ? undefined : await readFile(join(app, path)).catch(() => undefined)
    return content ? answer(200, content, types[extname(path)]) : answer(404, 'Not here\n', 'text/plain')
  })
}

if (process.argv[1] === import.meta.filename) {
  const port = Number(process.env.PORT ?? 4190)
  createApp().listen(port, '127.0.0.1', () => console.log(`http://localhost:${port}`))
}
