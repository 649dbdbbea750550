import { afterAll, expect, test } from '@jest/globals'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { PortBusyError } from '../../bin/stack/ports.ts'
import { type Postgres, ensureDatabase, startPostgres } from '../../bin/stack/postgres.ts'
import { root as asRoot, testWith } from '../support/platform.ts'

const root = mkdtempSync(join(tmpdir(), 'slipway-postgres-'))
chmodSync(root, 0o755)
const password = 'p@ss/word'
const running: Postgres[] = []

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()))
  rmSync(root, { recursive: true, force: true })
})

const start = async (dataDir: string, port?: number) => {
  const server = await startPostgres({ dataDir, password, ...(port === undefined ? {} : { port }) })
  running.push(server)
  return server
}

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

const processesIn = (folder: string) =>
  readdirSync('/proc').filter((entry) => {
    try {
      return readlinkSync(`/proc/${entry}/cwd`) === folder
    } catch {
      return false
    }
  })

test('rows survive kill -9 of the server and its sessions, and the next start leaves no orphan', async () => {
  const first = await start(join(root, 'killed'))
  await ensureDatabase(first, 'slipway')
  await ensureDatabase(first, 'slipway')
  await query(first.databaseUrl('slipway'), 'create table kept (n int)')
  await query(first.databaseUrl('slipway'), 'insert into kept select generate_series(1, 1000)')
  // A session in a long query holds the shared memory after its server is gone.
  const busy = query(first.databaseUrl('slipway'), 'select pg_sleep(60)').catch(() => 'cut off')
  await new Promise((resolve) => setTimeout(resolve, 300))
  process.kill(first.pid, 'SIGKILL')
  await first.exited

  const before = Date.now()
  const second = await start(join(root, 'killed'), first.port)
  expect(Date.now() - before).toBeLessThan(10_000)
  expect(await query(second.databaseUrl('slipway'), 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }])
  expect(await busy).toBe('cut off')
  await second.stop()
  expect(processesIn(second.dataDir)).toEqual([])
})

test('a server that outlived its supervisor is taken over', async () => {
  const orphan = await start(join(root, 'orphan'))
  const heir = await start(join(root, 'orphan'))
  await orphan.exited
  expect(await query(heir.url, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }])
  await heir.stop()
})

test('a busy port is named in the error', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve))
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    await expect(startPostgres({ dataDir: join(root, 'busy'), password, port })).rejects.toThrow(new PortBusyError('PostgreSQL', port))
  } finally {
    holder.close()
  }
})

test('a half-made data folder is made again', async () => {
  const dataDir = join(root, 'half')
  mkdirSync(`${dataDir}.new/base`, { recursive: true })
  const server = await start(dataDir)
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(existsSync(`${dataDir}.new`)).toBe(false)
  await server.stop()
})

test('only the password opens the server, and it listens on the loopback address alone', async () => {
  const server = await start(join(root, 'auth'))
  await expect(query(server.url.replace(encodeURIComponent(password), 'wrong'), 'select 1')).rejects.toThrow(/password authentication failed/)
  expect(await query(server.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  expect(readFileSync(join(server.dataDir, 'PG_VERSION'), 'utf8').trim()).toBe('18')
  await server.stop()
})

// Only root can make a folder that others may not enter and still be asked to serve from it.
testWith(asRoot, 'root can keep its data below a folder that only root may enter', async () => {
  const barred = join(root, 'barred')
  mkdirSync(barred, { mode: 0o700 })
  const server = await start(join(barred, 'home', 'pg18'))
  expect(server.dataDir).toMatch(/^\/var\/lib\/slipway\/[0-9a-f]{16}\/data$/)
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await server.stop()
  expect(realpathSync(join(barred, 'home', 'pg18'))).toBe(server.dataDir)
  const again = await start(join(barred, 'home', 'pg18'))
  expect(again.dataDir).toBe(server.dataDir)
  await again.stop()

  // Its home is gone: the next start that needs a place outside clears it away.
  rmSync(barred, { recursive: true })
  mkdirSync(barred, { mode: 0o700 })
  const other = await start(join(barred, 'other', 'pg18'))
  expect(existsSync(server.dataDir)).toBe(false)
  await other.stop()
  rmSync(join(other.dataDir, '..'), { recursive: true, force: true })
})
