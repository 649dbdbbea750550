import { files, version } from './files.mjs'
import { cacheFirst, ${% if variables.strategy == "network-first" %}networkFirst${% else %}staleWhileRevalidate${% endif %}, routeOf } from './strategies.mjs'

const shell = `shell-${version}`
const data = 'data'

self.addEventListener('install', (event) => {
  // `reload` goes past the browser's own cache: all files must be of this version.
  event.waitUntil(caches.open(shell).then((cache) => cache.addAll(files.map((path) => new Request(path, { cache: 'reload' })))))
})

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys()
    await Promise.all(names.filter((name) => name !== shell && name !== data).map((name) => caches.delete(name)))
    await self.clients.claim()
  })())
})

// Only when the reader has agreed: two versions must not meet in one page.
self.addEventListener('message', ({ data: message }) => { if (message === 'change over') self.skipWaiting() })

self.addEventListener('fetch', (event) => {
  const { request } = event
  const route = routeOf(request, self.location.origin, files)
  if (route === 'none') return
  const open = (name) => caches.open(name)
  const answers = {
    shell: async () => cacheFirst(new Request('/index.html'), await open(shell), fetch),
    files: async () => cacheFirst(request, await open(shell), fetch),
${%- if variables.strategy == "network-first" %}
    data: async () => networkFirst(request, await open(data), fetch, ${{ variables.waitMs }}),
${%- else %}
    data: async () => staleWhileRevalidate(request, await open(data), fetch, (work) => event.waitUntil(work)),
${%- endif %}
  }
  event.respondWith(answers[route]())
})
