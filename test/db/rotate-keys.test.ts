import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { readBlob } from '../../db/blobs.ts'
import { inTenant } from '../../db/client.ts'
import { openDatabase } from '../../db/pool.ts'
import { getConnection } from '../../db/connections.ts'
import { readSecretVariables } from '../../db/instances.ts'
import { rotateKeys, sealedColumns } from '../../db/rotate-keys.ts'
import { createVault } from '../../db/vault.ts'
import { cloneDatabase } from '../support/database.ts'
import { until } from '../support/stack.ts'
import type { TestDatabase } from '../support/database.ts'
import { seedTenant } from './seed.ts'
import type { Seed } from './seed.ts'

const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64')
const old = createVault({ key: keyOf(1), oldKeys: [] })
const both = createVault({ key: keyOf(2), oldKeys: [keyOf(1)] })
const current = createVault({ key: keyOf(2), oldKeys: [] })
const blobs = 600

let database: TestDatabase
let tenants: Seed[]

/** Every sealed column of two tenants holds something of the old key, and one of them many blobs. */
async function sealAll(): Promise<void> {
  const { db } = database
  for (const { tenantId, instanceId } of tenants) {
    const seal = (text: string) => old.seal(tenantId, text)
    await db.updateTable('connections').set({ secrets: seal('{"apiKey":"key"}') }).where('tenant_id', '=', tenantId).execute()
    await db.updateTable('template_instances').set({ secret_variables: seal('{"token":"t"}') }).where('id', '=', instanceId).execute()
    await db.updateTable('blobs').set({ content: seal('{"whole":"body"}') }).where('tenant_id', '=', tenantId).execute()
    await db.updateTable('idempotency_keys').set({ body: seal('{}') }).where('tenant_id', '=', tenantId).execute()
  }
  const [first] = tenants
  if (first) await db.insertInto('blobs').values(Array.from({ length: blobs }, (_, at) => ({ tenant_id: first.tenantId, ref: `many-${String(at)}`, content: old.seal(first.tenantId, `{"at":${String(at)}}`) }))).onConflict((on) => on.columns(['tenant_id', 'ref']).doNothing()).execute()
}

beforeAll(async () => {
  database = await cloneDatabase()
  tenants = [await seedTenant(database.db, 'ours'), await seedTenant(database.db, 'theirs')]
  await sealAll()
})
afterAll(() => database.drop())

const oldBlobs = async (): Promise<number> =>
  (await database.db.selectFrom('blobs').select('content').execute()).filter(({ content }) => !current.isCurrent(content)).length

function command(env: Record<string, string>) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../bin/rotate-keys.ts', import.meta.url))], { env: { PATH: process.env['PATH'], DATABASE_URL: database.url, ENCRYPTION_KEY: keyOf(2), ...env } })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { said.push(chunk.toString()) })
  return { child, ended: once(child, 'close').then(([code]) => code as number | null), said: () => said.join('') }
}

test('every binary column of the schema is known to the rotation', async () => {
  const { rows } = await sql<{ place: string }>`select table_name || '.' || column_name as place from information_schema.columns where table_schema = 'public' and data_type = 'bytea' order by 1`.execute(database.db)
  expect(rows.map(({ place }) => place)).toEqual(sealedColumns.map(({ table, column }) => `${table}.${column}`).toSorted())
})

/** Transactions of others in this database. */
const atWork = async (): Promise<number> =>
  (await sql<{ count: number }>`select count(*)::int as count from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`.execute(database.db)).rows[0]?.count ?? 0

describe('npm run rotate-keys', () => {
  test('that is killed half-way leaves everything readable, and finishes when it runs again', async () => {
    const killed = command({ ENCRYPTION_OLD_KEYS: keyOf(1) })
    const before = await oldBlobs()
    for (const deadline = Date.now() + 20_000; Date.now() < deadline && (await oldBlobs()) > before - 20; await sleep(5));
    killed.child.kill('SIGKILL')
    expect(await killed.ended).toBeNull()
    // What it had sent before it was killed, PostgreSQL still does.
    await until(atWork, (count) => count === 0, 20)
    const left = await oldBlobs()
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(before)
    for (const { tenant_id: tenant, content } of await database.db.selectFrom('blobs').select(['tenant_id', 'content']).execute()) expect(both.open(tenant, content)).toMatch(/^\{/)

    const again = command({ ENCRYPTION_OLD_KEYS: keyOf(1) })
    expect({ code: await again.ended, said: again.said() }).toEqual({ code: 0, said: expect.stringMatching(new RegExp(`blobs.content: ${String(left)} of ${String(blobs + 2)} sealed anew\\n.*\\nEverything is sealed with ENCRYPTION_KEY\\n$`, 's')) })
    expect(again.said()).not.toContain(keyOf(1))
  })

  test('makes the old key needless: the new one alone opens everything, for its tenant alone', async () => {
    for (const { tenantId, instanceId } of tenants) {
      await inTenant(database.db, tenantId, async (tx) => {
        const { id } = await tx.selectFrom('connections').select('id').executeTakeFirstOrThrow()
        expect((await getConnection(tx, current, id)).secrets).toEqual({ apiKey: 'key' })
        expect(await readSecretVariables(tx, current, tenantId, instanceId)).toEqual({ token: 't' })
        expect(await readBlob(tx, current, tenantId, 'r')).toEqual({ whole: 'body' })
        const { body } = await tx.selectFrom('idempotency_keys').select('body').executeTakeFirstOrThrow()
        expect(current.open(tenantId, body ?? Buffer.alloc(0))).toBe('{}')
        expect(() => current.open('theirs', body ?? Buffer.alloc(0))).toThrow()
      })
    }
    const again = await rotateKeys(database.db, current)
    expect(again.map(({ resealed }) => resealed)).toEqual([0, 0, 0, 0])
  })

  test('says which rows no key opens, seals the others, and fails', async () => {
    await sealAll()
    const [, theirs] = tenants
    await database.db.updateTable('connections').set({ secrets: createVault({ key: keyOf(9), oldKeys: [] }).seal(theirs?.tenantId ?? '', '{}') }).where('tenant_id', '=', theirs?.tenantId ?? '').execute()
    const run = command({ ENCRYPTION_OLD_KEYS: keyOf(1) })
    expect({ code: await run.ended, said: run.said() }).toEqual({ code: 1, said: expect.stringMatching(/connections\.secrets: 1 of 2 sealed anew\n.*connections: 1 cannot be opened: No key [0-9a-f]{8}: add it to ENCRYPTION_OLD_KEYS\n$/s) })
    expect(await oldBlobs()).toBe(0)
  })

  test('beside a product that writes loses nothing that is written', async () => {
    await sealAll()
    const [{ tenantId } = { tenantId: '' }] = tenants
    const writing = inTenant(database.db, tenantId, async (tx) => {
      await tx.updateTable('connections').set({ secrets: both.seal(tenantId, '{"apiKey":"newer"}') }).execute()
      await sleep(300)
    })
    await sleep(50)
    await rotateKeys(database.db, both)
    await writing
    const { secrets } = await database.db.selectFrom('connections').select('secrets').where('tenant_id', '=', tenantId).executeTakeFirstOrThrow()
    expect(current.open(tenantId, secrets)).toBe('{"apiKey":"newer"}')
  })

  test('is for the owner of the tables: another role would see none and call it done', async () => {
    const role = `reader_${tenants[0]?.tenantId.slice(0, 8) ?? ''}`
    await sql.raw(`create role ${role} login noinherit password 'test' in role slipway_app`).execute(database.db)
    const url = new URL(database.url)
    url.username = role
    url.password = 'test'
    const db = openDatabase({ url: url.href, poolSize: 1 })
    try {
      await expect(rotateKeys(db, both)).rejects.toThrow(`${role} does not see every tenant's rows: use the DATABASE_URL of`)
    } finally {
      await db.destroy()
      await sql.raw(`drop role ${role}`).execute(database.db)
    }
  })

  test('names what is wrong with its settings, without the values', async () => {
    const bad = command({ ENCRYPTION_KEY: 'not-a-key-but-a-secret' })
    expect(await bad.ended).toBe(1)
    expect(bad.said()).toMatch(/ENCRYPTION_KEY: must be 32 bytes/)
    expect(bad.said()).not.toContain('not-a-key')
  })
})
