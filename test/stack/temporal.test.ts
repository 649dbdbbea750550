import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Client, Connection } from '@temporalio/client'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { searchAttributes } from '../../contracts/search-attributes.ts'
import { PortBusyError, freePort } from '../../bin/stack/ports.ts'
import { findTemporalCli } from '../../bin/stack/temporal-cli.ts'
import { type Temporal, startTemporal, stuckWatch } from '../../bin/stack/temporal.ts'

const root = mkdtempSync(join(tmpdir(), 'slipway-temporal-'))
const running: Temporal[] = []
let cli: string

beforeAll(async () => {
  cli = await findTemporalCli({ env: process.env, onProgress: (line) => process.stderr.write(`${line}\n`) })
}, 300_000)

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()))
  rmSync(root, { recursive: true, force: true })
})

const start = async (options: { port?: number; uiPort?: number; dbFile?: string; cli?: string }) => {
  const server = await startTemporal({ cli, namespace: 'slipway-test', logFile: join(root, 'temporal.log'), ...options })
  running.push(server)
  return server
}

async function withConnection<T>(address: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address })
  try {
    return await use(connection)
  } finally {
    await connection.close()
  }
}

test('a run survives kill -9 of the server, which comes back on the same port', async () => {
  const dbFile = join(root, 'temporal.db')
  const first = await start({ dbFile })
  await withConnection(first.address, (connection) =>
    new Client({ connection, namespace: 'slipway-test' }).workflow.start('waiting', {
      workflowId: 'kept',
      taskQueue: 'nobody',
      searchAttributes: { SlipwayTenant: ['acme'], SlipwayProviders: ['retell', 'n8n'] },
    }),
  )
  process.kill(first.pid, 'SIGKILL')
  await first.exited

  const second = await start({ dbFile, port: first.port })
  expect(second.address).toBe(first.address)
  const found = await withConnection(second.address, (connection) =>
    new Client({ connection, namespace: 'slipway-test' }).workflow.getHandle('kept').describe(),
  )
  expect(found.status.name).toBe('RUNNING')
  expect(found.searchAttributes['SlipwayProviders']).toEqual(['retell', 'n8n'])
  await second.stop()
  expect(await second.exited).toMatchObject({ code: 0 })
})

test('a file that a killed first start left unfinished is made again', async () => {
  const dbFile = join(root, 'half', 'temporal.db')
  mkdirSync(join(root, 'half'))
  writeFileSync(dbFile, '')
  const server = await start({ dbFile })
  expect(statSync(dbFile).size).toBeGreaterThan(0)
  await server.stop()
})

test('the namespace has every search attribute, 30 days of history, and the Web UI answers', async () => {
  const server = await start({ uiPort: await freePort() })
  const { listed, config } = await withConnection(server.address, async (connection) => ({
    listed: await connection.operatorService.listSearchAttributes({ namespace: 'slipway-test' }),
    config: (await connection.workflowService.describeNamespace({ namespace: 'slipway-test' })).config,
  }))
  expect(Object.keys(listed.customAttributes)).toEqual(expect.arrayContaining(Object.keys(searchAttributes)))
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 60 * 60)
  expect((await fetch(server.uiUrl ?? '')).status).toBe(200)
  // The server's own command line is the proof that it runs tuned.
  const flags = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8').split('\0')
  expect(flags).toEqual(expect.arrayContaining(['history.transferProcessorMaxPollRPS=1000', 'matching.enableFairness=true']))
  await server.stop()
})

test('a busy port and a busy UI port are each named in the error', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve))
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    await expect(start({ port })).rejects.toThrow(new PortBusyError('Temporal', port))
    await expect(start({ port: await freePort(), uiPort: port })).rejects.toThrow(new PortBusyError('Temporal', port))
  } finally {
    holder.close()
  }
})

const taken = 'listen tcp 127.0.0.1:9: bind: address already in use'
const stack = `goroutine 2421 [running]:\n${'google.golang.org/grpc.(*Server).Serve(0x2bc650a08200, {0x0, 0x0})\n\t/modules/google.golang.org/grpc/server.go:869 +0x14c\n'.repeat(100)}`

/** A server that ends as told the first times, and is the real one from then on. */
function unlucky({ says, exit }: { says: string; exit: number }, times: number): { cli: string; tries: () => number } {
  const folder = mkdtempSync(join(root, 'unlucky-'))
  const [program, words, tried] = [join(folder, 'temporal'), join(folder, 'words'), join(folder, 'tried')]
  writeFileSync(words, says)
  writeFileSync(tried, '')
  writeFileSync(program, `#!/bin/sh\n[ $(wc -c < '${tried}') -ge ${times} ] && exec '${cli}' "$@"\nprintf x >> '${tried}'\ncat '${words}' >&2\nexit ${exit}\n`, { mode: 0o755 })
  return { cli: program, tries: () => statSync(tried).size }
}

test.each([
  ['says so and ends', { says: `failed listening for HTTP API on 127.0.0.1:9: ${taken}\n`, exit: 1 }],
  ['crashes over the listener that it has not got', { says: `level=ERROR msg="Failed to start gRPC listener" error="${taken}" service=history\npanic: runtime error: invalid memory address or nil pointer dereference\n\n${stack}`, exit: 2 }],
  ['crashes where it looked for a free one', { says: `panic: failed assigning ephemeral port\n\n${stack}`, exit: 2 }],
])('a port that the server chose for one of its parts is chosen again where it %s', async (_, ending) => {
  const server = unlucky(ending, 1)
  const port = await freePort()
  const started = await start({ cli: server.cli, port })
  expect(server.tries()).toBe(1)
  expect(started.port).toBe(port)
  await started.stop()
})

test('a server that crashes each time is tried five times, and the error tells the reason without the stack', async () => {
  const server = unlucky({ says: `level=WARN msg="a word before"\npanic: no such thing\n\n${stack}`, exit: 2 }, 99)
  const failure = await start({ cli: server.cli, port: await freePort() }).catch((error: unknown) => String(error))
  expect(failure).toMatch(/did not start: the server ended with exit code 2\nlevel=WARN msg="a word before"\npanic: no such thing/)
  expect(failure).not.toContain('goroutine')
  expect(server.tries()).toBe(5)
})

const refusal = 'level=ERROR msg="Operation failed" error="UpdateWorkflowExecution failed. Failed to start transaction. Error: interrupted (9)"'

test('a server that refuses every transaction is ended, so that it can be started again', async () => {
  const stuck = join(root, 'stuck')
  writeFileSync(stuck, `#!/bin/sh\nfor i in $(seq 60); do echo '${refusal}' >&2; done\nexec '${cli}' "$@"\n`, { mode: 0o755 })
  await expect(start({ cli: stuck, port: await freePort() })).rejects.toThrow(/SIGKILL/)
})

test('single refusals, or those far apart, end nothing', () => {
  let at = 0
  const isStuck = stuckWatch(() => at)
  for (let burst = 0; burst < 10; burst++) {
    for (let one = 0; one < 49; one++) expect(isStuck(refusal)).toBe(false)
    at += 10_001
  }
  expect(isStuck('level=ERROR msg="something else"')).toBe(false)
})
