import { Agent, request as send } from 'node:http'
import { Agent as SecureAgent, request as sendSecure } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLatencies } from './latencies.mjs'
import { startTimes } from './stages.mjs'

/** A start that is later than this was the generator's fault. */
const lateMs = 50

function createTally() {
  return { latencies: createLatencies(), sent: 0, failed: 0, reasons: new Map() }
}

function picker(requests) {
  const total = requests.reduce((sum, { weight }) => sum + weight, 0)
  return () => {
    let left = Math.random() * total
    return requests.find(({ weight }) => (left -= weight) < 0) ?? requests.at(-1)
  }
}

/** Sends one request and answers its status; the body is read to its end and thrown away. */
function call(target, agent, { method = 'GET', path, headers = {}, body }, timeoutMs) {
  const payload = body === undefined ? undefined : JSON.stringify(body)
  const type = payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
  return new Promise((resolve, reject) => {
    const sending = (target.protocol === 'https:' ? sendSecure : send)(new URL(path, target), { method, agent, headers: { ...type, ...headers }, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      response.on('error', reject).on('end', () => resolve(response.statusCode)).resume()
    })
    sending.on('error', reject).end(payload)
  })
}

/** Runs a scenario against a target. `scale` multiplies its rates. */
export async function run(scenario, target, { scale = 1 } = {}) {
  if (!scenario.allowedHosts.includes(target.hostname)) throw new Error(`${target.hostname} is not in allowedHosts of the scenario: add it if you may load it`)
  const agent = new (target.protocol === 'https:' ? SecureAgent : Agent)({ keepAlive: true, maxSockets: Infinity })
  const tallies = new Map(['all', ...scenario.requests.map(({ name }) => name)].map((name) => [name, createTally()]))
  const pick = picker(scenario.requests)
  const under = new Set()
  let [late, started] = [0, 0]
  const began = performance.now()

  const record = (name, measured, latency, failure) => {
    if (!measured) return
    for (const tally of [tallies.get('all'), tallies.get(name)]) {
      tally.sent += 1
      if (failure === undefined) tally.latencies.add(latency)
      else {
        tally.failed += 1
        tally.reasons.set(failure, (tally.reasons.get(failure) ?? 0) + 1)
      }
    }
  }

  const one = async ({ name, make, accepts }, intended, measured) => {
    const accepted = (status) => (accepts ? accepts.includes(status) : status >= 200 && status < 400)
    try {
      const status = await call(target, agent, make(), scenario.timeoutMs)
      record(name, measured, performance.now() - intended, accepted(status) ? undefined : `status ${status}`)
    } catch (error) {
      record(name, measured, 0, error.name === 'AbortError' || error.name === 'TimeoutError' ? 'timeout' : error.code ?? error.message)
    }
  }

  for (const { at, warmup } of startTimes(scenario.stages.map((stage) => ({ ...stage, rate: stage.rate * scale })))) {
    const intended = began + at
    const wait = intended - performance.now()
    if (wait > 1) await sleep(wait)
    if (performance.now() - intended > lateMs) late += 1
    started += 1
    const work = one(pick(), intended, !warmup).finally(() => under.delete(work))
    under.add(work)
  }
  await Promise.all(under)
  agent.destroy()
  return { tallies, started, late, seconds: (performance.now() - began) / 1000 }
}
