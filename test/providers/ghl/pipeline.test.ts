import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ghl } from '../../../providers/ghl/index.ts'
import { ManualStep } from '../../../providers/provider.ts'
import type { JsonObject } from '../../../contracts/json.ts'
import { desiredOf, present, rejection, resourceType } from '../sandbox-account.ts'
import { locationId, openLocation } from './location.ts'
import type { Location } from './location.ts'

const type = resourceType(ghl, 'pipeline')
const pipeline = (stages: (string | JsonObject)[], more: JsonObject = {}) =>
  desiredOf(type.normalize({ name: 'Sales', stages: stages.map((stage) => (typeof stage === 'string' ? { name: stage } : stage)), ...more }).spec)

describe('a pipeline', () => {
  let box: Location
  beforeEach(async () => { box = await openLocation() })
  afterEach(() => box.close())

  const stages = async () => present((await box.rows('pipeline'))[0]).body['stages'] as { id: string; name: string; position: number; stageWinProbability: number }[]
  const addOpportunity = async (pipelineId: string, pipelineStageId: string) => {
    const { contact } = await box.call('POST', '/contacts/upsert', { locationId, email: 'a@example.com' })
    await box.call('POST', '/opportunities', { locationId, pipelineId, pipelineStageId, name: 'Deal', status: 'open', contactId: present((contact as { id: string }).id) })
  }

  test('has its stages in the order of the template, each with a position', async () => {
    await type.create(box.account, pipeline(['New', 'Talked', 'Won']))
    expect(await stages()).toMatchObject([{ name: 'New', position: 0 }, { name: 'Talked', position: 1 }, { name: 'Won', position: 2 }])
  })

  test('keeps the ids of stages with the same name, and of one that was renamed in place', async () => {
    const live = await type.create(box.account, pipeline(['New', 'Talked', 'Won']))
    const [first, second, third] = await stages()
    await type.update(box.account, live, pipeline(['won', 'New', 'Lost']))
    expect((await stages()).map(({ id, name }) => [id, name])).toEqual([[third?.id, 'won'], [first?.id, 'New'], [expect.any(String), 'Lost']])
    expect((await stages()).map(({ id }) => id)).not.toContain(second?.id)
    const again = present(await type.get(box.account, live.externalId))
    await type.update(box.account, again, pipeline(['won', 'Fresh', 'Lost']))
    expect((await stages()).map(({ id, name }) => [id, name]).at(1)).toEqual([first?.id, 'Fresh'])
  })

  test('an update never makes the vendor rewrite the probabilities', async () => {
    const live = await type.create(box.account, pipeline([{ name: 'New', stageWinProbability: 7 }, { name: 'Won', stageWinProbability: 93 }]))
    const updated = await type.update(box.account, live, pipeline(['New', 'Talked', 'Won']))
    expect((await stages()).map(({ stageWinProbability }) => stageWinProbability)).toEqual([7, 67, 93])
    expect(type.diff(updated, pipeline(['New', 'Talked', 'Won']))).toEqual([])
    await type.remove(box.account, live.externalId, { force: false })
    await type.create(box.account, pipeline([{ name: 'New', stageWinProbability: 7 }, 'Won']))
    expect((await stages()).map(({ stageWinProbability }) => stageWinProbability)).toEqual([7, 100])
  })

  test('with opportunities is left for a person to delete, unless forced', async () => {
    const { externalId } = await type.create(box.account, pipeline(['New', 'Won']))
    await addOpportunity(externalId, present((await stages())[0]).id)
    const step = await rejection(type.remove(box.account, externalId, { force: false }))
    expect(step).toBeInstanceOf(ManualStep)
    expect(step).toMatchObject({ message: expect.stringContaining('holds 1 opportunities'), url: `https://app.gohighlevel.com/v2/location/${locationId}/opportunities/pipeline` })
    expect(await box.count('DELETE', /./)).toBe(0)
    expect(await box.rows('opportunity')).toHaveLength(1)
    await type.remove(box.account, externalId, { force: true })
    expect(await box.rows('pipeline')).toEqual([])
  })

  test('a stage with opportunities is not taken away', async () => {
    const live = await type.create(box.account, pipeline(['New', 'Talked', 'Won']))
    await addOpportunity(live.externalId, present((await stages())[1]).id)
    const step = await rejection(type.update(box.account, live, pipeline(['New', 'Won'])))
    expect(step).toBeInstanceOf(ManualStep)
    expect(step).toMatchObject({ message: expect.stringContaining('"Talked"') })
    expect(await box.count('PUT', /./)).toBe(0)
    await type.update(box.account, live, pipeline(['New', 'Talking', 'Won']))
    expect(await stages()).toHaveLength(3)
  })

  test('a count that cannot be made deletes nothing', async () => {
    const { externalId } = await type.create(box.account, pipeline(['New']))
    await box.order({ rate: 1, kinds: ['500'], match: { path: '/opportunities/search' } })
    expect(await rejection(type.remove(box.account, externalId, { force: false }))).toMatchObject({ details: { retryable: true } })
    expect(await box.rows('pipeline')).toHaveLength(1)
  })
})

test('a token without the newer scopes gives a step by hand with what to make', async () => {
  const box = await openLocation({ token: `pit-noscope-${locationId}`, config: { appUrl: 'https://crm.agency.example/' } })
  const step = await rejection(type.create(box.account, pipeline(['New', 'Won'])))
  expect(step).toBeInstanceOf(ManualStep)
  expect(step).toMatchObject({
    message: expect.stringMatching(/^Create the pipeline "Sales" with the stages "New", "Won"\. .*pipelines\.create/),
    url: `https://crm.agency.example/v2/location/${locationId}/opportunities/pipeline`,
  })
  await box.call('POST', '/opportunities/pipelines', { locationId, name: 'sales', stages: [{ name: 'New', position: 0 }] })
  const found = present(await type.find(box.account, pipeline(['New', 'Won'])))
  expect(await rejection(type.update(box.account, found, pipeline(['New', 'Won'])))).toBeInstanceOf(ManualStep)
  expect(await rejection(type.remove(box.account, found.externalId, { force: false }))).toBeInstanceOf(ManualStep)
  await box.close()
})

test('stages are checked one by one', () => {
  expect(type.validate({ name: 'Sales', stages: [] })).toEqual([{ pointer: '/stages', message: 'must hold at least one stage' }])
  expect(type.validate({ name: 'Sales', stages: [1, { nme: 'x' }, { name: 'New', position: 'first', id: 'x' }] }).map(({ pointer }) => pointer)).toEqual(['/stages/0', '/stages/1/nme', '/stages/1/name', '/stages/2/position'])
})
