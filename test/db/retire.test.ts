import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { retireTemplateOnce } from '../../db/retire-template.ts'
import { findTemplate, setDeleted } from '../../db/templates.ts'
import { seededDatabase } from './seeded.ts'

const { ours, here } = await seededDatabase()

const retire = (correlationId: string, force = true) =>
  here((tx) => retireTemplateOnce(tx, ours.templateId, { tenantId: ours.tenantId, actor: 'ada', correlationId }, { force }))
const isThere = () => here(async (tx) => (await findTemplate(tx, ours.templateId)) !== undefined)

test('what is deployed is not deleted without force', async () => {
  await expect(retire(randomUUID(), false)).rejects.toMatchObject({ code: '409.in_use', extra: { dependents: [{ planId: ours.planId }] } })
  expect(await isThere()).toBe(true)
})

test('a run that is tried again deletes once, also what was restored meanwhile, and another run hears that it is gone', async () => {
  const run = randomUUID()
  await retire(run)
  expect(await isThere()).toBe(false)
  expect(await retire(run)).toMatchObject({ id: ours.templateId })
  await expect(retire(randomUUID())).rejects.toMatchObject({ code: '404.template_not_found' })
  await here((tx) => setDeleted(tx, ours.templateId, 'ada', false))
  await retire(run)
  expect(await isThere()).toBe(true)
})
