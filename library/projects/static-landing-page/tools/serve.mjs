import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.js': 'text/javascript; charset=utf-8', '.xml': 'application/xml', '.txt': 'text/plain; charset=utf-8' }

/** Serves a folder, and nothing outside of it. */
export const serve = (folder) => createServer(async (request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname)).replaceAll(sep, '/')
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path)
  const content = path.startsWith('/') && !path.includes('..') ? await readFile(file).catch(() => undefined) : undefined
  response.writeHead(content ? 200 : 404, { 'Content-Type': content ? types[extname(file)] ?? 'application/octet-stream' : 'text/plain' })
  response.end(content ?? 'Not here\n')
})

if (process.argv[1] === import.meta.filename) {
  const port = Number(process.env.PORT ?? 4173)
  serve(process.argv[2] ?? 'site').listen(port, '127.0.0.1', () => console.log(`http://localhost:${port}`))
}
