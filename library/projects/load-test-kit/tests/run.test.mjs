import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { reportOf } from '../src/report.mjs'
import { run } from '../src/run.mjs'

let target, seen = []
const server = createServer((request, response) => {
  seen.push(`${request.method} ${request.url}`)
  if (request.url === '/never') return
  if (request.url === '/broken') return response.writeHead(500).end('{}')
  setTimeout(() => response.end('{}'), request.url === '/slow' ? 300 : 0)
})
before(() => new Promise((resolve) => server.listen(0, '127.0.0.1', () => {
  target = new URL(`http://127.0.0.1:${server.address().port}`)
  resolve()
})))
after(() => {
  server.closeAllConnections()
  server.close()
})

const scenario = (requests, over = {}) => ({ allowedHosts: ['127.0.0.1'], timeoutMs: 5_000, stages: [{ seconds: 0.4, rate: 50 }], requests: requests.map((one) => ({ weight: 1, ...one })), ...over })
const get = (name, over = {}) => ({ name, make: () => ({ path: `/${name}` }), ...over })
const loaded = async (one, options) => {
  seen = []
  return reportOf(await run(one, target, options), {}).numbers
}

test('as many requests are sent as the stages say, and each is counted', async () => {
  const numbers = await loaded(scenario([get('quick')]))
  assert.deepEqual([numbers.all.sent, numbers.quick.sent, numbers.all.failed, seen.length], [20, 20, 0, 20])
})

test('a slow server does not slow the sending: requests overlap', async () => {
  const began = performance.now()
  const { all } = await loaded(scenario([get('slow')]))
  assert.equal(all.sent, 20)
  assert.ok(all.p50 >= 290)
  assert.ok(performance.now() - began < 20 * 300, 'they were sent one after the other')
})

test('failures are counted, and their speed is no latency', async () => {
  const { all, broken } = await loaded(scenario([get('broken')]))
  assert.deepEqual([all.failed, broken.errorRate, all.p50], [20, 1, undefined])
})

test('a status that the scenario accepts is no failure', async () => {
  assert.equal((await loaded(scenario([get('broken', { accepts: [500] })]))).all.failed, 0)
})

test('what is never answered fails with a timeout', async () => {
  const result = await run(scenario([get('never')], { timeoutMs: 100, stages: [{ seconds: 0.3, rate: 10 }] }), target)
  assert.deepEqual(reportOf(result, {}).reasons, { timeout: 3 })
})

test('the warm-up is sent, and not measured', async () => {
  const { all } = await loaded(scenario([get('quick')], { stages: [{ seconds: 0.5, rate: 20, warmup: true }, { seconds: 0.5, rate: 20 }] }))
  assert.deepEqual([all.sent, seen.length], [10, 20])
})

test('bodies are sent as JSON; weights decide the shares; scale the rate', async () => {
  const post = { name: 'make', weight: 3, make: () => ({ method: 'POST', path: '/items', body: { name: 'ä' } }) }
  const numbers = await loaded(scenario([get('quick'), post], { stages: [{ seconds: 0.5, rate: 800 }] }), { scale: 0.5 })
  assert.equal(numbers.all.sent, 200)
  assert.ok(numbers.make.sent > numbers.quick.sent)
  assert.ok(seen.includes('POST /items'))
})

test('a host that nobody allowed is not loaded', () => assert.rejects(run(scenario([get('quick')]), new URL('https://production.example')), /allowedHosts/))
