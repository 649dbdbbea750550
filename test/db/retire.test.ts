import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { inTenant } from '../../db/client.ts'
import { retireTemplateOnce } from '../../db/retire-template.ts'
import { findTemplate, setDeleted } from '../../db/templates.ts'
import { cloneDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { seedTenant } from './seed.ts'
import type { Seed } from './seed.ts'

let database: TestDatabase
let seed: Seed
beforeAll(async () => {
  database = await cloneDatabase()
  seed = await seedTenant(database.db, 'retiring')
})
afterAll(() => database.drop())

const retire = (correlationId: string, force = true) =>
  inTenant(database.db, seed.tenantId, (tx) => retireTemplateOnce(tx, seed.templateId, { tenantId: seed.tenantId, actor: 'ada', correlationId }, { force }))
const isThere = () => inTenant(database.db, seed.tenantId, async (tx) => (await findTemplate(tx, seed.templateId)) !== undefined)

test('what is deployed is not deleted without force', async () => {
  await expect(retire(randomUUID(), false)).rejects.toMatchObject({ code: '409.in_use', extra: { dependents: [{ planId: seed.planId }] } })
  expect(await isThere()).toBe(true)
})

test('a run that is tried again deletes once, also what was restored meanwhile, and another run hears that it is gone', async () => {
  const run = randomUUID()
  await retire(run)
  expect(await isThere()).toBe(false)
  expect(await retire(run)).toMatchObject({ id: seed.templateId })
  await expect(retire(randomUUID())).rejects.toMatchObject({ code: '404.template_not_found' })
  await inTenant(database.db, seed.tenantId, (tx) => setDeleted(tx, seed.templateId, 'ada', false))
  await retire(run)
  expect(await isThere()).toBe(true)
})
