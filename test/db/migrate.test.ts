import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { openDatabase } from '../../db/pool.ts'
import type { Db } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { shared } from '../support/shared.ts'
import { tenantTables } from './seed.ts'

const name = `empty_${randomBytes(6).toString('hex')}`
const all = ['0001_pipeline', '0002_forced_security', '0003_registry', '0004_accounts', '0005_quality', '0006_repository', '0007_workflows', '0008_template_changes', '0009_repository_counts', '0010_resource_accounts']
let admin: Db
let db: Db
beforeAll(async () => {
  admin = openDatabase({ url: shared().databaseUrl.replace('NAME', 'postgres'), poolSize: 1 })
  await sql.raw(`create database ${name}`).execute(admin)
  db = openDatabase({ url: shared().databaseUrl.replace('NAME', name), poolSize: 4 })
})
afterAll(async () => {
  await db.destroy()
  await sql.raw(`drop database ${name} with (force)`).execute(admin)
  await admin.destroy()
})

test('an empty database gets every table once, though two processes migrate it', async () => {
  const [first, second] = await Promise.all([migrate(db), migrate(db)])
  expect([...first, ...second]).toEqual(all)
  expect(await tenantTables(db)).toEqual(expect.arrayContaining(['template_artifacts', 'deployment_plans', 'deployment_records', 'provider_links']))
  expect(await migrate(db)).toEqual([])
})

test('a migration that fails says why and leaves nothing behind', async () => {
  await sql`drop schema public cascade`.execute(db)
  await sql`create schema public`.execute(db)
  await sql`create table clients (id int)`.execute(db)
  await expect(migrate(db)).rejects.toThrow(/"clients" already exists/)
  expect(await tenantTables(db)).toEqual([])
  await sql`drop table clients`.execute(db)
  expect(await migrate(db)).toEqual(all)
})
