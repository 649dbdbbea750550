import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../contracts/json.ts'
import { ManualStep } from '../../../providers/provider.ts'
import { changes, flowSpec, llmSpec, marker, openRetell, resourceType } from './account.ts'
import type { RetellFixture } from './account.ts'

let retell: RetellFixture

beforeAll(async () => { retell = await openRetell() })
afterAll(() => retell.close())
beforeEach(() => retell.reset())

const engines = [
  { type: 'llm', path: 'retell-llm', idKey: 'llm_id', engineType: 'retell-llm', spec: llmSpec, field: 'general_prompt' },
  { type: 'conversation-flow', path: 'conversation-flow', idKey: 'conversation_flow_id', engineType: 'conversation-flow', spec: flowSpec, field: 'global_prompt' },
]

describe.each(engines)('a $type', ({ type, path, idKey, engineType, spec, field }) => {
  const agentSpec = (id: string, more: JsonObject = {}): JsonObject => ({ voice_id: '11labs-Adrian', response_engine: { type: engineType, [idKey]: id }, ...more })
  const engine = resourceType(type)
  const makeBoth = async () => {
    const brain = await retell.attempt(type, retell.desired(spec))
    const agent = await retell.attempt('agent', retell.desired(agentSpec(brain.externalId)))
    return { brain, agent, siblings: [retell.sibling(type, brain), retell.sibling('agent', agent)] }
  }
  const saying = (text: string) => retell.desired({ ...spec, [field]: text })

  test('carries its marker among the default variables, unseen in its spec', async () => {
    const live = await retell.attempt(type, retell.desired({ ...spec, default_dynamic_variables: { city: 'Ulm' } }))
    const { body } = await retell.only(type)
    expect(body['default_dynamic_variables']).toEqual({ city: 'Ulm', slipway_key: marker })
    expect(live).toMatchObject({ marked: true, spec: { default_dynamic_variables: { city: 'Ulm' } } })
    expect(JSON.stringify(live.spec)).not.toContain('sw-')
    expect(await retell.attempt(type, retell.desired(spec), { id: live.externalId })).toEqual(live)
    expect(await retell.count('PATCH', '/')).toBe(0)
  })

  test('whose create lost its answer is an orphan that the next attempt finds, behind a hundred others', async () => {
    await retell.faults({ rate: 1, times: 1, kinds: ['commit-then-fail'], match: { method: 'POST', path: `/create-${path}` } })
    await expect(retell.attempt(type, retell.desired(spec))).rejects.toMatchObject({ details: { retryable: true } })
    for (let n = 0; n < 100; n += 1) await retell.raw('POST', `/create-${path}`, spec)
    const live = await retell.attempt(type, retell.desired(spec))
    const marked = (await retell.rows(type)).filter(({ name }) => name === marker)
    expect(marked.map(({ id }) => id)).toEqual([live.externalId])
  })

  test('is found through the agent that speaks with it, without listing the account', async () => {
    const { brain, siblings } = await makeBoth()
    const before = await retell.count('GET', '/v2/list')
    expect(await engine.find(retell.account(siblings), retell.desired(spec))).toMatchObject({ externalId: brain.externalId })
    expect(await retell.count('GET', '/v2/list')).toBe(before)
  })

  test('of another template is not taken for this one', async () => {
    await retell.attempt(type, retell.desired(spec, { marker: 'sw-ba9876543210' }))
    expect(await engine.find(retell.account(), retell.desired(spec))).toBeUndefined()
  })

  test("an agent's engine without our marker is not ours", async () => {
    const stranger = await retell.raw('POST', `/create-${path}`, spec)
    const agent = await retell.attempt('agent', retell.desired(agentSpec(String(stranger[idKey]))))
    expect(await engine.find(retell.account([retell.sibling('agent', agent)]), retell.desired(spec))).toBeUndefined()
  })

  test('is patched in place while no agent has published it', async () => {
    const { externalId: id } = await retell.attempt(type, retell.desired(spec))
    const live = await retell.attempt(type, saying('Other words'), { id })
    expect(live.spec[field]).toBe('Other words')
    expect((await retell.only(type)).body['version']).toBe(0)
  })

  test('that is published changes in one new version, which goes live with the agent and not before', async () => {
    const { brain, agent, siblings } = await makeBoth()
    const live = await retell.attempt(type, saying('Other words'), { id: brain.externalId, siblings })
    expect(live).toMatchObject({ externalId: brain.externalId, marked: true, spec: { [field]: 'Other words' } })
    expect((await retell.only('agent')).body).toMatchObject({ version: 1, is_published: false })
    expect((await retell.raw('GET', `/get-${path}/${brain.externalId}?version=0`))[field]).not.toBe('Other words')

    await retell.attempt('agent', retell.desired(agentSpec(brain.externalId)), { id: agent.externalId, siblings })
    expect((await retell.only('agent')).body).toMatchObject({ version: 1, is_published: true, response_engine: { version: 1 } })
    expect(await retell.raw('GET', `/get-${path}/${brain.externalId}`)).toMatchObject({ version: 1, is_published: true, [field]: 'Other words' })
    expect(await retell.count('POST', '/create-agent-version')).toBe(1)
  })

  test('changed together with its agent makes one version, not two', async () => {
    const { brain, agent, siblings } = await makeBoth()
    await retell.attempt(type, saying('Other words'), { id: brain.externalId, siblings })
    await retell.attempt('agent', retell.desired(agentSpec(brain.externalId, { language: 'de-DE' })), { id: agent.externalId, siblings })
    expect((await retell.raw('GET', `/list-agent-versions/${agent.externalId}`))['items']).toHaveLength(2)
    expect((await retell.only('agent')).body).toMatchObject({ version: 1, is_published: true, language: 'de-DE' })
  })

  test.each([
    ['after the draft', 'PATCH', `/update-${path}`, '500'],
    ['after the patch', 'PATCH', `/update-${path}`, 'commit-then-fail'],
    ['while making the draft', 'POST', '/create-agent-version', 'commit-then-fail'],
  ])('a crash %s still ends in one new version', async (_when, method, faulty, kind) => {
    const { brain, agent, siblings } = await makeBoth()
    await retell.faults({ rate: 1, times: 1, kinds: [kind], match: { method, path: faulty } })
    const known = { id: brain.externalId, siblings }
    await expect(retell.attempt(type, saying('Other words'), known)).rejects.toMatchObject({ details: { retryable: true } })
    await retell.attempt(type, saying('Other words'), known)
    await retell.attempt('agent', retell.desired(agentSpec(brain.externalId)), { id: agent.externalId, siblings })
    expect((await retell.only(type)).body).toMatchObject({ version: 1, is_published: true, [field]: 'Other words' })
    expect(await retell.count('POST', '/create-agent-version')).toBe(1)
  })

  test('that two agents speak with changes for both', async () => {
    const { brain, agent, siblings } = await makeBoth()
    const second = retell.desired(agentSpec(brain.externalId), { name: 'night', marker: 'sw-ba9876543210' })
    const night = await retell.attempt('agent', second)
    const both = [...siblings, retell.sibling('agent', night, 'night')]
    await retell.attempt(type, saying('Other words'), { id: brain.externalId, siblings: both })
    await retell.attempt('agent', retell.desired(agentSpec(brain.externalId)), { id: agent.externalId, siblings: both })
    await retell.attempt('agent', second, { id: night.externalId, siblings: both })
    for (const { body } of await retell.rows('agent')) {
      const used = body['response_engine'] as { version: number }
      expect(await retell.raw('GET', `/get-${path}/${brain.externalId}?version=${String(used.version)}`)).toMatchObject({ is_published: true, [field]: 'Other words' })
    }
  })

  test('that two agents speak with changes for both also where a crash comes between', async () => {
    const { brain, agent, siblings } = await makeBoth()
    const second = retell.desired(agentSpec(brain.externalId), { name: 'night', marker: 'sw-ba9876543210' })
    const night = await retell.attempt('agent', second)
    const both = [...siblings, retell.sibling('agent', night, 'night')]
    // The second agent has its draft already, so that the first one's is the newer branch of the engine.
    await retell.raw('POST', `/create-agent-version/${night.externalId}`, { base_version: 0 })
    await retell.faults({ rate: 1, times: 1, kinds: ['500'], match: { method: 'PATCH', path: 'version=1' } })
    const known = { id: brain.externalId, siblings: both }
    await expect(retell.attempt(type, saying('Other words'), known)).rejects.toMatchObject({ details: { retryable: true } })
    await retell.attempt(type, saying('Other words'), known)
    await retell.attempt('agent', retell.desired(agentSpec(brain.externalId)), { id: agent.externalId, siblings: both })
    await retell.attempt('agent', second, { id: night.externalId, siblings: both })
    const versions = (await retell.rows('agent')).map(({ body }) => (body['response_engine'] as { version: number }).version)
    expect(versions.sort()).toEqual([1, 2])
    for (const version of versions) {
      expect(await retell.raw('GET', `/get-${path}/${brain.externalId}?version=${String(version)}`)).toMatchObject({ is_published: true, [field]: 'Other words' })
    }
  })

  test('that is published is changed through its agent also where that was never recorded', async () => {
    const { brain } = await makeBoth()
    const live = await retell.attempt(type, saying('Other words'), { id: brain.externalId })
    expect(live).toMatchObject({ externalId: brain.externalId, spec: { [field]: 'Other words' } })
    expect((await retell.only('agent')).body).toMatchObject({ version: 1, is_published: false })
  })

  test('that is published and whose agent was deleted by hand is made anew', async () => {
    const { brain, agent, siblings } = await makeBoth()
    await retell.raw('DELETE', `/delete-agent/${agent.externalId}`)
    const live = await retell.attempt(type, saying('Other words'), { id: brain.externalId, siblings })
    expect(live.externalId).not.toBe(brain.externalId)
    expect(await retell.only(type)).toMatchObject({ id: live.externalId, name: marker, body: { [field]: 'Other words' } })
  })

  test("that a stranger's agent has published is left alone, and the refusal says why", async () => {
    const { externalId: id } = await retell.attempt(type, retell.desired(spec))
    const stranger = await retell.raw('POST', '/create-agent', agentSpec(id))
    await retell.raw('POST', `/publish-agent-version/${String(stranger['agent_id'])}`, { version: 0 })
    await expect(retell.attempt(type, saying('Other words'), { id })).rejects.toMatchObject({
      message: expect.stringContaining('an agent that Slipway did not make'), details: { retryable: false },
    })
    expect((await retell.only(type)).body[field]).not.toBe('Other words')
  })

  test('that vanished is made again: 422 means gone', async () => {
    const { externalId: id } = await retell.attempt(type, retell.desired(spec))
    await retell.raw('DELETE', `/delete-${path}/${id}`)
    expect(await engine.get(retell.account(), id)).toBeUndefined()
    await engine.update(retell.account(), { externalId: id, spec, marked: true }, retell.desired(spec))
    expect((await retell.only(type)).id).not.toBe(id)
    await engine.remove(retell.account(), id, { force: false })
  })

  test('is removed after its agent; before, a person is asked', async () => {
    const { brain, agent, siblings } = await makeBoth()
    await retell.raw('POST', `/create-agent-version/${agent.externalId}`, { base_version: 0 })
    const refusal = await engine.remove(retell.account(siblings), brain.externalId, { force: false }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ManualStep)
    expect(refusal).toMatchObject({ message: expect.stringContaining(agent.externalId), url: expect.stringContaining('dashboard.retellai.com') })
    expect(await retell.rows(type)).toHaveLength(1)
    expect((await retell.raw('GET', `/list-agent-versions/${agent.externalId}`))['items']).toHaveLength(2)

    await resourceType('agent').remove(retell.account(siblings), agent.externalId, { force: false })
    await engine.remove(retell.account(siblings), brain.externalId, { force: false })
    expect([...(await retell.rows('agent')), ...(await retell.rows(type))]).toEqual([])
  })

  test('that only past versions of our agent hold is removed with those versions', async () => {
    const { brain, agent, siblings } = await makeBoth()
    const other = await retell.raw('POST', `/create-${path}`, spec)
    await retell.attempt('agent', retell.desired(agentSpec(String(other[idKey]))), { id: agent.externalId, siblings })
    await engine.remove(retell.account(siblings), brain.externalId, { force: false })
    expect((await retell.rows(type)).map(({ id }) => id)).toEqual([other[idKey]])
    expect((await retell.only('agent')).body).toMatchObject({ version: 1, is_published: true })
  })

  test('is removed from under an agent when told to by force', async () => {
    const { brain, siblings } = await makeBoth()
    await engine.remove(retell.account(siblings), brain.externalId, { force: true })
    expect(await retell.rows(type)).toEqual([])
  })

  test('a marker that someone deleted is put back', async () => {
    const { externalId: id } = await retell.attempt(type, retell.desired(spec))
    await retell.raw('PATCH', `/update-${path}/${id}`, { default_dynamic_variables: { city: 'Ulm' } })
    const live = await engine.get(retell.account(), id)
    expect(live).toMatchObject({ marked: false })
    expect(live && changes(type, live, retell.desired(spec))).toHaveLength(1)
    await retell.attempt(type, retell.desired(spec), { id })
    expect((await retell.only(type)).body['default_dynamic_variables']).toEqual({ city: 'Ulm', slipway_key: marker })
  })

  test('a refusal of its content is not taken for a published version', async () => {
    const { externalId: id } = await retell.attempt(type, retell.desired(spec))
    await expect(retell.attempt(type, retell.desired({ ...spec, model_temperature: 7 }), { id })).rejects.toMatchObject({ details: { status: 400, retryable: false } })
    expect((await retell.only(type)).id).toBe(id)
  })

  test('has a page in the dashboard', async () => {
    const live = await retell.attempt(type, retell.desired(spec))
    expect(engine.url(retell.account().connection, live)).toContain(live.externalId)
  })
})

test('an LLM changes from text to speech and back, though Retell refuses both at once', async () => {
  const { externalId: id } = await retell.attempt('llm', retell.desired({ ...llmSpec, model: 'gpt-4.1' }))
  await retell.attempt('llm', retell.desired({ ...llmSpec, s2s_model: 'gpt-realtime' }), { id })
  expect((await retell.only('llm')).body).not.toHaveProperty('model')
  await retell.attempt('llm', retell.desired({ ...llmSpec, model: 'gpt-4.1' }), { id })
  expect((await retell.only('llm')).body).not.toHaveProperty('s2s_model')
})
