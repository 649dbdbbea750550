import { expect, test } from '@jest/globals'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Running, exitOf, launch, startTimeOf, stopChild } from '../../bin/stack/child.ts'
import { type Stack, leftovers, openHome, readStack, writeStack } from '../../bin/stack/home.ts'
import { startNodeProcess } from '../../bin/stack/node-process.ts'
import { endLeftovers } from '../../bin/stack/orphans.ts'
import { createSupervisor } from '../../bin/stack/supervisor.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'slipway-stack-'))

function sleeper(onStop: () => void = () => undefined): Running {
  const child = launch('sleep', ['60'], { deathSignal: 'TERM', onLine: () => undefined })
  const exited = exitOf(child)
  return {
    pid: child.pid ?? 0,
    exited,
    stop: async () => {
      onStop()
      await stopChild(child, exited, 'SIGTERM')
    },
  }
}

async function until(what: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !what(); await sleep(10)) if (Date.now() > deadline) throw new Error('it did not happen within 10 s')
}

const stackOf = (pids: Record<string, number>): Stack => ({
  apiUrl: 'http://127.0.0.1:8005',
  token: 'secret',
  temporalAddress: '127.0.0.1:7233',
  temporalNamespace: 'default',
  temporalUiUrl: null,
  temporalCliPath: null,
  databaseUrl: 'postgresql://127.0.0.1/slipway',
  sandboxes: {},
  pids,
})

test('a killed child is started again with what ran before, and stack.json names its new pid', async () => {
  const home = openHome(join(folder(), 'home'))
  const supervisor = createSupervisor({ say: () => undefined, firstWaitMs: 10, onRestart: () => { writeStack(home.folder, stackOf(supervisor.pids())) } })
  const before: (number | undefined)[] = []
  const first = await supervisor.keep('api', (previous: Running | undefined) => {
    before.push(previous?.pid)
    return Promise.resolve(sleeper())
  })
  writeStack(home.folder, stackOf(supervisor.pids()))
  expect(readStack(home.folder)?.pids).toEqual({ api: first.pid })

  process.kill(first.pid, 'SIGKILL')
  await until(() => readStack(home.folder)?.pids?.['api'] !== first.pid)
  expect(before).toEqual([undefined, first.pid])
  expect(startTimeOf(supervisor.pids()['api'] ?? 0)).toBeDefined()
  expect(statSync(join(home.folder, 'stack.json')).mode & 0o777).toBe(0o600)
  const last = supervisor.pids()['api'] ?? 0
  await supervisor.stop()
  expect(startTimeOf(last)).toBeUndefined()
})

test('a child that cannot start again is tried with growing waits, and stopping ends the tries', async () => {
  const said: string[] = []
  const supervisor = createSupervisor({ say: (line) => said.push(line), firstWaitMs: 20, onRestart: () => undefined })
  const first = await supervisor.keep('worker', (previous: Running | undefined) =>
    previous === undefined ? Promise.resolve(sleeper()) : Promise.reject(new Error('no database')),
  )
  process.kill(first.pid, 'SIGKILL')
  await until(() => said.length >= 4)
  expect(said[0]).toMatch(/worker ended \(signal SIGKILL\): starting it again in 20 ms/)
  expect(said.slice(1, 4).map((line) => /\(no database\).* in (\d+) ms/.exec(line)?.[1])).toEqual(['40', '80', '160'])
  await supervisor.stop()
  const count = said.length
  await sleep(400)
  expect(said.length).toBe(count)
})

test('everything is stopped in the reverse order of its start, and nothing is started any more', async () => {
  const stopped: string[] = []
  const supervisor = createSupervisor({ say: () => undefined, onRestart: () => undefined })
  for (const name of ['postgres', 'temporal', 'worker', 'api']) await supervisor.keep(name, () => Promise.resolve(sleeper(() => stopped.push(name))))
  await supervisor.stop()
  expect(stopped).toEqual(['api', 'worker', 'temporal', 'postgres'])
  await expect(supervisor.keep('late', () => Promise.resolve(sleeper()))).rejects.toThrow(/stopping/)
})

test('what an earlier start left running is ended, and a pid that is used again is left alone', async () => {
  const home = openHome(join(folder(), 'home'))
  const orphan = sleeper()
  const stranger = sleeper()
  writeStack(home.folder, stackOf({ api: orphan.pid, worker: stranger.pid }))
  const recorded = JSON.parse(readFileSync(join(home.folder, 'processes.json'), 'utf8')) as { name: string; startTime: string }[]
  for (const entry of recorded) if (entry.name === 'worker') entry.startTime = '1'
  writeFileSync(join(home.folder, 'processes.json'), JSON.stringify(recorded))
  expect(leftovers(home.folder).map(({ pid }) => pid)).toEqual([orphan.pid])
  await endLeftovers(home.folder, () => undefined)
  expect(startTimeOf(orphan.pid)).toBeUndefined()
  expect(startTimeOf(stranger.pid)).toBeDefined()
  await stranger.stop()
})

test('a process that fails at its start is reported with what it said', async () => {
  const script = join(folder(), 'fail.ts')
  writeFileSync(script, `console.error('DATABASE_URL: is required')\nprocess.exit(1)`)
  await expect(startNodeProcess({ name: 'api', script, env: process.env, log: () => undefined })).rejects.toThrow(/api did not start \(exit code 1\):\nDATABASE_URL: is required/)
})

test('a process that finds its port busy is told apart from other failures', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve))
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const script = join(folder(), 'listen.ts')
  writeFileSync(script, `import { createServer } from 'node:net'\ncreateServer().listen(${port}, '127.0.0.1')`)
  await expect(startNodeProcess({ name: 'api', script, env: process.env, port, log: () => undefined })).rejects.toMatchObject({ name: 'PortBusyError', port })
  holder.close()
})
