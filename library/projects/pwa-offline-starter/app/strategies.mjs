/** How an answer is found. `cache` has match and put, as the browser's; `fetcher` is fetch. */

const isWorthKeeping = (response) => response.ok && response.type !== 'opaque' && !/no-store/.test(response.headers.get('cache-control') ?? '')

async function fetched(request, cache, fetcher) {
  const response = await fetcher(request)
  if (isWorthKeeping(response)) await cache.put(request, response.clone())
  return response
}

/** What a page is told where there is neither network nor cache. */
export const offline = () => new Response(JSON.stringify({ title: 'There is no network, and nothing was kept' }), { status: 503, headers: { 'Content-Type': 'application/problem+json' } })

/** A kept answer with a header that says so. */
const marked = (response) => {
  const headers = new Headers(response.headers)
  headers.set('X-From-Cache', '1')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/** The network, if it answers in time and not with a fault of the server; else what was kept; else what the network says in the end. */
export async function networkFirst(request, cache, fetcher, waitMs) {
  const answer = fetched(request, cache, fetcher).catch(() => undefined)
  let timer
  const late = new Promise((resolve) => { timer = setTimeout(resolve, waitMs) })
  const first = await Promise.race([answer, late])
  clearTimeout(timer)
  if (first !== undefined && first.status < 500) return first
  const kept = await cache.match(request)
  return kept ? marked(kept) : (await answer) ?? offline()
}

/** What was kept, at once, while it is renewed; `keepAlive` holds the worker until that is done. */
export async function staleWhileRevalidate(request, cache, fetcher, keepAlive = () => {}) {
  const kept = await cache.match(request)
  const answer = fetched(request, cache, fetcher).catch(() => undefined)
  if (!kept) return (await answer) ?? offline()
  keepAlive(answer)
  return marked(kept)
}

/** The app's own files: what was installed. The network only if the browser has thrown it away. */
export const cacheFirst = async (request, cache, fetcher) => (await cache.match(request)) ?? fetcher(request)

/** Which way a request goes. Whoever writes, asks for a part, or asks somebody else is left alone. */
export function routeOf({ method, url, mode, headers }, origin, files) {
  const { origin: other, pathname } = new URL(url)
  if (method !== 'GET' || other !== origin || headers.has('range')) return 'none'
  if (pathname.startsWith('/api/')) return 'data'
  if (mode === 'navigate') return 'shell'
  return files.includes(pathname) ? 'files' : 'none'
}
