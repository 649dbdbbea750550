import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { startNodeProcess } from '../../bin/stack/node-process.ts'
import type { Ready } from '../../bin/stack/node-process.ts'
import { partsOf, reporting } from './reports.ts'

/** The process and its thread keep 61 MB each, half of it for half a second only. On SIGHUP the thread ends. */
const wasteful = `
import { Worker, isMainThread, parentPort } from 'node:worker_threads'
const objects = () => Array.from({ length: 400_000 }, () => [1.5, 2.5])
globalThis.kept = objects()
globalThis.keptForNow = objects()
setInterval(() => { globalThis.keptForNow = objects() }, 500)
if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url))
  thread.once('message', () => process.send({ type: 'ready' }))
  process.once('SIGHUP', () => thread.terminate())
  process.once('disconnect', () => process.exit())
} else parentPort.postMessage('ready')
`

let folder: string
let program: Ready<unknown>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-reports-'))
  const script = join(folder, 'wasteful.mjs')
  writeFileSync(script, wasteful)
  program = await startNodeProcess({ name: 'wasteful', script, env: { ...process.env, ...reporting(folder) }, log: () => undefined })
})
afterEach(async () => {
  await program.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a process tells what it keeps in all its threads, without the garbage', async () => {
  for (let asked = 0; asked < 5; asked++) {
    await sleep(500)
    const { own, heap, native } = await partsOf(folder, program.pid)
    expect(heap).toBeGreaterThan(120)
    expect(heap).toBeLessThan(150)
    expect(native).toBeGreaterThan(10)
    expect(own).toBeGreaterThan(heap + native)
  }
})

test('a thread that has ended is neither waited for nor counted', async () => {
  process.kill(program.pid, 'SIGHUP')
  const heap = async (): Promise<number> => (await partsOf(folder, program.pid)).heap
  while (await heap() > 90) await sleep(100)
  expect(await heap()).toBeGreaterThan(60)
})

test('a process that is gone cannot be asked', async () => {
  await program.stop()
  await expect(partsOf(folder, program.pid)).rejects.toThrow('ESRCH')
})
