import { afterAll } from '@jest/globals'
import { type Tx, inTenant } from '../../db/client.ts'
import { cloneDatabase } from '../support/database.ts'
import { seedTenant } from './seed.ts'

/** A database of the test file's own, and a tenant in it that has one of everything. `here` works as that tenant. */
export async function seededDatabase() {
  const database = await cloneDatabase()
  afterAll(() => database.drop())
  const ours = await seedTenant(database.db, 'ours')
  return { database, ours, here: <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inTenant(database.db, ours.tenantId, work) }
}
