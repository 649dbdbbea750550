import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { type TestDatabase, cloneDatabase } from '../support/database.ts'
import { mintToken } from '../../bin/stack/token-mint.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { sql } from 'kysely'
import { randomUUID } from 'node:crypto'
import { encryptionKey, secret } from './harness.ts'

let database: TestDatabase
const children: ChildProcess[] = []
beforeAll(async () => { database = await cloneDatabase() })
afterAll(() => database.drop())
afterEach(() => { for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL') })

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [new URL('../../bin/api.ts', import.meta.url).pathname], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  children.push(child)
  const said = { out: '', err: '' }
  child.stdout?.on('data', (text) => { said.out += String(text) })
  child.stderr?.on('data', (text) => { said.err += String(text) })
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const ready = once(child, 'message').then(([message]) => message as { type: string; url: string })
  return { child, said, exited, ready }
}
const good = () => ({ DATABASE_URL: database.url, TEMPORAL_ADDRESS: '127.0.0.1:1', JWT_SECRET: secret, ENCRYPTION_KEY: encryptionKey, NODE_ENV: 'test', PORT: '0' })

test('every bad variable is named at once, and nothing starts', async () => {
  const { exited, said } = run({ DATABASE_URL: 'mysql://x', PORT: 'many' })
  expect(await exited).toBe(1)
  for (const name of ['DATABASE_URL', 'PORT', 'ENCRYPTION_KEY']) expect(said.err).toContain(`${name}: `)
  expect(said).toMatchObject({ out: '', err: expect.stringMatching(/^Bad configuration:\n/) })
})

test('a busy port is told apart by its exit code', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { exited, said } = run({ ...good(), PORT: String((holder.address() as AddressInfo).port) })
  expect(await exited).toBe(98)
  expect(said.err).toContain('EADDRINUSE')
  holder.close()
})

test.each<[string, (child: ChildProcess) => void]>([
  ['SIGTERM', (child) => { child.kill('SIGTERM') }],
  ['SIGINT', (child) => { child.kill('SIGINT') }],
  ['the end of its parent', (child) => { child.disconnect() }],
])('it says where it listens, and after %s it ends cleanly within five seconds, open streams included', async (_what, stop) => {
  const { id: tenant } = await ensureTenant(database.db, 'default')
  const recordId = await plantRunningRecord(tenant)
  const { child, ready, exited, said } = run(good())
  const { type, url } = await ready
  expect(type).toBe('ready')
  const token = await mintToken({ secret, tenant, roles: ['viewer'], subject: 'me', ttlSeconds: 60 })
  const stream = await fetch(`${url}/api/v1/deployments/${recordId}/events`, { headers: { authorization: `Bearer ${token}` } })
  const text = stream.text()
  const before = Date.now()
  stop(child)
  expect(await exited).toBe(0)
  expect(Date.now() - before).toBeLessThan(5_000)
  expect(await text).toBe('retry: 2000\n\n')
  expect(said.err).toBe('')
  expect(said.out).not.toContain(token)
})

async function plantRunningRecord(t: string): Promise<string> {
  const [template, version, instance, plan, client, record] = [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const ref = `sha256:${'0'.repeat(64)}`
  await sql`insert into clients (tenant_id, id, name, created_by) values (${t}, ${client}, ${client}, 'test')`.execute(database.db)
  await sql`insert into template_artifacts (tenant_id, id, kind, name, content_ref, version, created_by) values (${t}, ${template}, 'n8n', ${template}, ${ref}, '1.0.0', 'test')`.execute(database.db)
  await sql`insert into template_versions (tenant_id, id, template_id, version, content_ref, artifact, created_by) values (${t}, ${version}, ${template}, '1.0.0', ${ref}, '{}', 'test')`.execute(database.db)
  await sql`insert into template_instances (tenant_id, id, template_id, version_id, variables, variables_hash, rendering, created_by) values (${t}, ${instance}, ${template}, ${version}, '{}', '0', '{}', 'test')`.execute(database.db)
  await sql`insert into deployment_plans (tenant_id, id, template_id, client_id, instance_id, targets, variables, plan_hash, created_by) values (${t}, ${plan}, ${template}, ${client}, ${instance}, '{n8n}', '{}', ${'0'.repeat(64)}, 'test')`.execute(database.db)
  await sql`insert into deployment_records (tenant_id, id, plan_id, status, request, logs_ref, correlation_id, requested_by) values (${t}, ${record}, ${plan}, 'running', '{}', 'x', 'x', 'test')`.execute(database.db)
  return record
}
