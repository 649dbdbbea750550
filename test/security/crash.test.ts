import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startTemporal } from '../../bin/stack/temporal.ts'
import type { Temporal } from '../../bin/stack/temporal.ts'
import { createLog } from '../../bin/telemetry/log.ts'
import { cloneDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { shared } from '../support/shared.ts'

const canary = `canary-${randomBytes(12).toString('hex')}`
const folder = mkdtempSync(join(tmpdir(), 'slipway-crash-'))
/** What a bug would do while it holds a secret, when a signal asks for it: nobody catches it. */
const faulty = join(folder, 'faulty.mjs')
writeFileSync(faulty, `
const secret = ${JSON.stringify(canary)}
const laden = () => Object.assign(new TypeError('Headers.append: "Bearer ' + secret + '" is an invalid header value.\\n    at forged (' + secret + ')', { cause: new Error(secret, { cause: { secret } }) }),
  { config: { headers: { authorization: secret } }, request: { body: secret }, errors: [new Error(secret)], code: 'ERR_' + secret, [secret]: 1 })
process.on('SIGUSR2', () => { throw laden() })
process.on('SIGWINCH', () => { void Promise.reject(laden()) })
process.on('SIGURG', () => { throw { token: secret, toString: () => secret } })
process.on('SIGCONT', () => { void Promise.reject(secret) })
`)

let database: TestDatabase
let temporal: Temporal
beforeAll(async () => {
  ;[database, temporal] = await Promise.all([cloneDatabase(), startTemporal({ cli: shared().cli, namespace: 'default', headless: true, logFile: join(folder, 'temporal.log') })])
})
const children: ChildProcess[] = []
afterAll(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  await temporal.stop()
  await database.drop()
  rmSync(folder, { recursive: true, force: true })
})

const settings = () => ({
  NODE_ENV: 'test', DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporal.address, PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'trace',
  // Without workflows to bundle, a worker starts at once.
  WORKER_WORKFLOWS: 'false', PROVIDERS: 'llm',
  JWT_SECRET: `${canary}-jwt-of-32-characters`, ENCRYPTION_KEY: Buffer.alloc(32, canary).toString('base64'),
})

function run(name: string, env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../../bin/${name}.ts`, import.meta.url)), ...args], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { out += chunk.toString() })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const says = async (text: RegExp) => {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline && child.exitCode === null; await sleep(20)) if (text.test(out)) return
    throw new Error(`${name} did not say ${String(text)}:\n${out}`)
  }
  return { child, out: () => out, ended, says }
}

const spellings = (text: string): string[] => [text, encodeURIComponent(text), Buffer.from(text).toString('base64').replace(/=+$/, ''), Buffer.from(text).toString('hex')]
const leaks = (out: string, secret = canary): string[] => spellings(secret).filter((one) => out.includes(one))

const ways = [
  ['an exception with a secret in all its parts', 'SIGUSR2', 'TypeError'],
  ['a rejected promise with the same', 'SIGWINCH', 'TypeError'],
  ['a thrown object', 'SIGURG', 'object'],
  ['a rejection with the secret itself', 'SIGCONT', 'UnhandledPromiseRejection|string|Error'],
] as const

// What ends the one ends the other: the rarer ways are tried on the one that starts sooner.
describe.each([['api', /"msg":"listening"/], ['worker', /"msg":"worker started"/]])('the %s', (name, ready) => {
  test.each(name === 'worker' ? ways.slice(0, 2) : ways)('that ends by %s says where, exits with 1 and shows no secret', async (_, signal, type) => {
    const process = run(name, { ...settings(), NODE_OPTIONS: `--import=${pathToFileURL(faulty).href}` })
    await process.says(ready)
    process.child.kill(signal)
    expect(await process.ended).toBe(1)
    const line = process.out().split('\n').filter((one) => one.includes('"msg":"crashed"')).map((one) => JSON.parse(one) as { level: string; type: string; origin: string; frames: string[] })
    expect(line).toEqual([expect.objectContaining({ level: 'fatal', type: expect.stringMatching(new RegExp(`^(${type})$`)), origin: expect.stringMatching(/^un/) })])
    if (signal === 'SIGUSR2') expect(line[0]?.frames.join('\n')).toContain('faulty.mjs')
    expect(leaks(process.out())).toEqual([])
  })

  test('with a wrong password for the database says so without the password', async () => {
    const url = new URL(database.url)
    url.password = canary
    const process = run(name, { ...settings(), DATABASE_URL: url.href })
    await Promise.race([process.says(ready), process.ended])
    const address = /"url":"(http:[^"]+)"/.exec(process.out())?.[1]
    const answers = address === undefined ? '' : (await Promise.all(['/ready', '/health', '/metrics', '/api/v1/clients'].map(async (path) => (await fetch(`${address}${path}`)).text()))).join('\n')
    process.child.kill('SIGTERM')
    await process.ended
    expect(leaks(process.out() + answers)).toEqual([])
  })
})

describe('a setting that does not fit', () => {
  const all = [['api'], ['worker'], ['migrate'], ['rotate-keys'], ['token', '--role', 'viewer']]
  test.each([
    ['an address of the database that is none', { DATABASE_URL: `postgres://someone:${canary}@127.0.0.1:99999/none` }, all],
    ['a password that should be encoded', { DATABASE_URL: `postgres://someone:${canary}#/?@[@127.0.0.1:1/none` }, all.slice(0, 1)],
    ['a database that is not there', { DATABASE_URL: `postgres://someone:${canary}@127.0.0.1:1/none`, TEMPORAL_ADDRESS: '127.0.0.1:1' }, all.slice(1)],
    ['a key that is too short', { ENCRYPTION_KEY: Buffer.from(canary).toString('base64').slice(0, 40) }, all.slice(0, 1)],
    ['an old key that is none', { ENCRYPTION_OLD_KEYS: canary }, all.slice(3, 4)],
  ])('%s is named without its value', async (_, bad, commands) => {
    await Promise.all(commands.map(async ([name = '', ...args]) => {
      const process = run(name, { ...settings(), SLIPWAY_HOME: join(folder, 'home'), ...bad }, ...args)
      await Promise.race([process.ended, sleep(1_500).then(() => { process.child.kill('SIGTERM') })])
      await process.ended
      expect({ name, leaks: [...leaks(process.out()), ...leaks(process.out(), Buffer.from(canary).toString('base64').slice(0, 40))] }).toEqual({ name, leaks: [] })
    }))
  })
})

test('a logged error shows its message and its place, and nothing that hangs on it', () => {
  const lines: string[] = []
  const error = Object.assign(new Error('It broke', { cause: Object.assign(new Error(canary), { config: canary }) }), { code: 'E_BROKEN', config: { headers: { authorization: canary } }, response: { data: canary } })
  const log = createLog('test', 'info', { write: (line: string) => { lines.push(line) } })
  log.error({ err: error, token: canary, secrets: { apiKey: canary } }, 'failed')
  log.error({ err: { token: canary } }, 'failed')
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ err: { type: 'Error', message: 'It broke', code: 'E_BROKEN', cause: 'Error', frames: expect.arrayContaining([expect.stringContaining('crash.test.ts')]) } }),
    expect.objectContaining({ err: 'object' }),
  ])
  expect(leaks(lines.join(''))).toEqual([])
})
