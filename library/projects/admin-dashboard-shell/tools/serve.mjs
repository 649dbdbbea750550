import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { resources } from '../app/resources.mjs'
import { pageSize } from '../app/table.mjs'
${%- unless variables.readOnly %}
import { checkForm } from '../app/views/item.mjs'
${%- endunless %}
import { exampleRows } from './data.mjs'

const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8' }
const app = join(import.meta.dirname, '../app')

/** Serves the interface, and an API over example rows that forgets when it ends. */
export function createApp() {
  const rows = Object.fromEntries(Object.keys(resources).map((name) => [name, exampleRows(name, pageSize * 2 + 5)]))
  return createServer(async (request, response) => {
    const answer = (status, body) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    const { pathname } = new URL(request.url, 'http://localhost')
    const [first, resource, id] = pathname.split('/').filter(Boolean).map(decodeURIComponent)
    if (first === 'api') {
      const items = rows[resource]
      if (!items) return answer(404, { title: `There is no ${resource}` })
      if (request.method === 'GET' && id === undefined) return answer(200, { items })
${%- unless variables.readOnly %}
      const row = items.find((one) => one.id === id)
      if (request.method === 'PATCH' && row) {
        const chunks = []
        for await (const chunk of request) chunks.push(chunk)
        const values = JSON.parse(Buffer.concat(chunks).toString('utf8'))
        const { errors, patch } = checkForm(resources[resource].columns, Object.fromEntries(Object.entries({ ...row, ...values }).map(([key, value]) => [key, String(value ?? '')])))
        if (Object.keys(errors).length > 0) return answer(422, { errors })
        return answer(200, Object.assign(row, patch, { changedAt: new Date().toISOString() }))
      }
${%- endunless %}
      return answer(404, { title: 'There is no such thing' })
    }
    const path = normalize(pathname === '/' ? '/index.html' : decodeURIComponent(pathname))
    const content = path.includes('..') ? undefined : await readFile(join(app, path)).catch(() => undefined)
    response.writeHead(content ? 200 : 404, { 'Content-Type': types[extname(path)] ?? 'text/plain', 'Content-Security-Policy': "default-src 'self'" }).end(content ?? 'Not here\n')
  })
}

if (process.argv[1] === import.meta.filename) {
  const port = Number(process.env.PORT ?? 4180)
  createApp().listen(port, '127.0.0.1', () => console.log(`http://localhost:${port}`))
}
