import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { files } from '../app/files.mjs'
${%- if variables.outbox %}
import { createOutbox } from '../app/outbox.mjs'
${%- endif %}
import { cacheFirst, networkFirst, routeOf, staleWhileRevalidate } from '../app/strategies.mjs'
import { createApp } from '../tools/serve.mjs'
import { stamp } from '../tools/stamp.mjs'

const app = join(import.meta.dirname, '../app')
const request = new Request('https://app.example/api/notes')

/** A cache as the browser's, for one test. */
function createCache(kept = {}) {
  const entries = new Map(Object.entries(kept).map(([url, text]) => [url, new Response(text)]))
  return { match: async ({ url }) => entries.get(url)?.clone(), put: async ({ url }, response) => { entries.set(url, response) }, entries }
}
const full = () => createCache({ [request.url]: 'kept' })
const text = async (response) => (await response).text()
const down = async () => { throw new TypeError('no network') }
const up = (body = 'fresh', init = {}) => async () => new Response(body, init)
const never = () => new Promise(() => {})

test('network first: fresh, and kept for later', async () => {
  const cache = createCache()
  assert.equal(await text(networkFirst(request, cache, up(), 1000)), 'fresh')
  assert.equal(await text(networkFirst(request, cache, down, 1000)), 'fresh')
})

test('network first: what was kept where the network is gone, slow or faulty, and it says so', async () => {
  for (const fetcher of [down, never, up('broken', { status: 502 })]) {
    const response = await networkFirst(request, full(), fetcher, 20)
    assert.deepEqual([await response.text(), response.headers.get('x-from-cache')], ['kept', '1'])
  }
})

test('network first: without anything kept it waits for the network, and says what it says', async () => {
  const slow = () => new Promise((resolve) => { setTimeout(() => resolve(new Response('late')), 40) })
  assert.equal(await text(networkFirst(request, createCache(), slow, 1)), 'late')
  assert.equal((await networkFirst(request, createCache(), up('broken', { status: 502 }), 1000)).status, 502)
  assert.equal((await networkFirst(request, createCache(), down, 1000)).status, 503)
})

test('an answer of the reader\'s making, such as 404, is not hidden by what was kept', async () => {
  assert.equal((await networkFirst(request, full(), up('', { status: 404 }), 1000)).status, 404)
})

test('stale while revalidate: kept at once, fresh the next time', async () => {
  const cache = full()
  const work = []
  assert.equal(await text(staleWhileRevalidate(request, cache, up(), (one) => work.push(one))), 'kept')
  await Promise.all(work)
  assert.equal(await text(staleWhileRevalidate(request, cache, down)), 'fresh')
})

test('stale while revalidate: the network where nothing is kept, and 503 where neither is', async () => {
  assert.equal(await text(staleWhileRevalidate(request, createCache(), up())), 'fresh')
  assert.equal((await staleWhileRevalidate(request, createCache(), down)).status, 503)
})

test('errors, and what may not be stored, are never kept', async () => {
  for (const fetcher of [up('x', { status: 500 }), up('x', { headers: { 'Cache-Control': 'private, no-store' } })]) {
    const cache = createCache()
    await networkFirst(request, cache, fetcher, 1000)
    assert.equal(cache.entries.size, 0)
  }
})

test('the app\'s own files come from what was installed', async () => {
  assert.equal(await text(cacheFirst(request, full(), down)), 'kept')
  assert.equal(await text(cacheFirst(request, createCache(), up())), 'fresh')
})

test('each request goes its way', () => {
  const origin = 'https://app.example'
  const route = (path, over = {}) => routeOf({ method: 'GET', url: `${origin}${path}`, mode: 'cors', headers: new Headers(), ...over }, origin, files)
  assert.equal(route('/api/notes'), 'data')
  assert.equal(route('/api/notes', { method: 'POST' }), 'none')
  assert.equal(route('/any/page?x', { mode: 'navigate' }), 'shell')
  assert.equal(route('/main.mjs'), 'files')
  assert.equal(route('/elsewhere.png'), 'none')
  assert.equal(route('/api/film', { headers: new Headers({ Range: 'bytes=0-' }) }), 'none')
  assert.equal(route('', { url: 'https://other.example/api/notes' }), 'none')
})
${%- if variables.outbox %}

function createStore() {
  const entries = new Map()
  return { all: async () => [...entries.values()], put: async (entry) => { entries.set(entry.id, entry) }, delete: async (id) => { entries.delete(id) } }
}

function createBox(answers) {
  const sent = []
  let count = 0
  const fetcher = async (url, { body, headers }) => {
    const status = answers(JSON.parse(body))
    if (status === 0) throw new TypeError('no network')
    sent.push([JSON.parse(body), headers['Idempotency-Key']])
    return new Response(null, { status })
  }
  return { box: createOutbox(createStore(), fetcher, { now: () => (count += 1), id: () => `id-${count}` }), sent }
}

test('what is written without a network is kept and sent in its order, once', async () => {
  let isUp = false
  const { box, sent } = createBox(() => (isUp ? 201 : 0))
  await box.add('/api/notes', 'a')
  await box.add('/api/notes', 'b')
  assert.equal(await box.send(), 0)
  assert.equal((await box.waiting()).length, 2)
  isUp = true
  assert.deepEqual(await Promise.all([box.send(), box.send()]), [2, 2])
  assert.deepEqual(sent.map(([body]) => body), ['a', 'b'])
  assert.equal((await box.waiting()).length, 0)
})

test('a faulty server holds up all, and the key is the same on every try', async () => {
  let status = 503
  const { box, sent } = createBox(() => status)
  await box.add('/api/notes', 'a')
  await box.add('/api/notes', 'b')
  await box.send()
  status = 201
  await box.send()
  assert.deepEqual(sent.map(([body]) => body), ['a', 'a', 'b'])
  assert.equal(sent[0][1], sent[1][1])
})

test('what the server refuses is kept for its writer and holds up nobody', async () => {
  const { box } = createBox((body) => (body === 'bad' ? 422 : 201))
  await box.add('/api/notes', 'bad')
  await box.add('/api/notes', 'good')
  assert.equal(await box.send(), 1)
  assert.deepEqual((await box.waiting()).map(({ body, refused }) => [body, refused]), [['bad', 422]])
  assert.equal(await box.send(), 0)
})
${%- endif %}

test('every file that is installed exists, and every file is installed', () => {
  assert.deepEqual(stamp().files, files)
  for (const name of files) assert.ok(existsSync(join(app, name)), name)
  assert.match(stamp().version, /^[0-9a-f]{12}$/)
})

test('the app can be installed: name, icons for both purposes, an address inside its scope', () => {
  const manifest = JSON.parse(readFileSync(join(app, 'app.webmanifest'), 'utf8'))
  assert.ok(manifest.name && manifest.short_name.length <= 12)
  assert.deepEqual(manifest.icons.map(({ purpose }) => purpose), ['any', 'maskable'])
  for (const { src } of manifest.icons) assert.ok(existsSync(join(app, src)))
  assert.ok(manifest.start_url.startsWith(manifest.scope))
  assert.ok(readFileSync(join(app, 'index.html'), 'utf8').includes(`content="${manifest.theme_color}"`))
})

test('the server serves each file, and makes a note once for each key', async () => {
  const server = createApp().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const get = (path, options) => fetch(`http://127.0.0.1:${server.address().port}${path}`, options)
  const post = (body, key) => get('/api/notes', { method: 'POST', body: JSON.stringify(body), headers: key ? { 'Idempotency-Key': key } : {} })
  try {
    for (const name of [...files, '/sw.mjs', '/files.mjs', '/strategies.mjs', '/']) assert.equal((await get(name)).status, 200, name)
    assert.equal((await get('/%2e%2e%2fpackage.json')).status, 404)
    assert.deepEqual([(await post({ text: 'a' }, 'k1')).status, (await post({ text: 'a' }, 'k1')).status], [201, 201])
    assert.deepEqual(await (await get('/api/notes')).json(), { items: [{ id: 1, text: 'a' }] })
    assert.deepEqual([(await post({ text: '' }, 'k2')).status, (await post({ text: 'a' })).status], [422, 400])
  } finally {
    server.close()
  }
})
