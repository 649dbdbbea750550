import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { unknownYet } from '../../../providers/provider.ts'
import { accountAt, agentOn, changes, flowSpec, llmSpec, marker, openRetell, resourceType } from './account.ts'
import { refusingBranches } from './refusing-branches.ts'
import type { RetellFixture } from './account.ts'

let retell: RetellFixture
let llmId: string

beforeAll(async () => { retell = await openRetell() })
afterAll(() => retell.close())
beforeEach(async () => {
  await retell.reset()
  llmId = String((await retell.raw('POST', '/create-retell-llm', llmSpec))['llm_id'])
})

describe('creating an agent', () => {
  test('publishes it, marks its name and hides the marker again', async () => {
    const live = await retell.attempt('agent', retell.desired(agentOn(llmId, { agent_name: 'Reception' })))
    const { id, name, body } = await retell.only('agent')
    expect({ id, name, published: body['is_published'] }).toEqual({ id: live.externalId, name: `Reception [${marker}]`, published: true })
    expect(live).toMatchObject({ marked: true, spec: { agent_name: 'Reception', voice_id: '11labs-Adrian' } })
    expect(JSON.stringify(live.spec)).not.toContain('sw-')
    expect(await retell.raw('GET', `/get-retell-llm/${llmId}`)).toMatchObject({ version: 0, is_published: true })
  })

  test('an agent without a name gets the one it has in the template', async () => {
    await retell.attempt('agent', retell.desired(agentOn(llmId)))
    expect((await retell.only('agent')).name).toBe(`receptionist [${marker}]`)
  })

  test.each(['commit-then-fail', 'reset'])('whose answer is lost (%s) leaves one agent, which the next attempt finds and publishes', async (kind) => {
    await retell.faults({ rate: 1, times: 1, kinds: [kind], match: { method: 'POST', path: '/create-agent' } })
    const wanted = retell.desired(agentOn(llmId))
    await expect(retell.attempt('agent', wanted)).rejects.toMatchObject({ name: 'ProviderError', details: { retryable: true } })
    const live = await retell.attempt('agent', wanted)
    expect(await retell.only('agent')).toMatchObject({ id: live.externalId, body: { is_published: true, version: 0 } })
  })

  test('a crash before publishing is healed by the next attempt, without a second agent or version', async () => {
    await retell.faults({ rate: 1, times: 1, kinds: ['500'], match: { method: 'POST', path: '/publish-agent-version' } })
    const wanted = retell.desired(agentOn(llmId))
    await expect(retell.attempt('agent', wanted)).rejects.toMatchObject({ details: { status: 500, retryable: true } })
    expect((await retell.only('agent')).body['is_published']).toBe(false)
    await retell.attempt('agent', wanted)
    expect((await retell.only('agent')).body).toMatchObject({ is_published: true, version: 0 })
    expect(await retell.count('POST', '/create-agent')).toBe(1)
  })

  test('a publish that succeeded without an answer is not repeated', async () => {
    await retell.faults({ rate: 1, times: 1, kinds: ['commit-then-fail'], match: { method: 'POST', path: '/publish-agent-version' } })
    const wanted = retell.desired(agentOn(llmId))
    await expect(retell.attempt('agent', wanted)).rejects.toMatchObject({ details: { retryable: true } })
    await retell.attempt('agent', wanted)
    expect((await retell.only('agent')).body).toMatchObject({ is_published: true, version: 0 })
    expect(await retell.count('POST', '/publish-agent-version')).toBe(1)
  })

  test('the empty chunked answer of publish is a success', async () => {
    await retell.faults({ rate: 0, emptyChunked: true })
    const live = await retell.attempt('agent', retell.desired(agentOn(llmId)))
    expect(live.facts).toMatchObject({ isPublished: true })
    expect((await retell.only('agent')).body['is_published']).toBe(true)
  })

  test("another agent that merely quotes the marker is nobody's match", async () => {
    await retell.raw('POST', '/create-agent', agentOn(llmId, { agent_name: `copy of ${marker}` }))
    expect(await resourceType('agent').find(retell.account(), retell.desired({}))).toBeUndefined()
  })

  test('one exported from another deployment is made under our marker alone, does not differ afterwards, and is never found as the other one', async () => {
    const other = 'sw-aaaaaaaaaaaa'
    const normal = resourceType('agent').normalize?.(agentOn(llmId, { agent_name: `Reception [${other}]` }))
    expect(normal).toEqual({ spec: agentOn(llmId, { agent_name: 'Reception' }), notes: [expect.stringContaining('marker of another deployment')] })
    const wanted = retell.desired(normal?.spec ?? {})
    const { externalId: id } = await retell.attempt('agent', wanted)
    expect((await retell.only('agent')).name).toBe(`Reception [${marker}]`)
    await retell.attempt('agent', wanted, { id })
    expect(await retell.count('POST', '/create-agent-version')).toBe(0)
    expect(await resourceType('agent').find(retell.account(), retell.desired({}, { marker: other }))).toBeUndefined()
  })

  test('of two markers the last one counts', async () => {
    const other = 'sw-aaaaaaaaaaaa'
    const made = await retell.raw('POST', '/create-agent', agentOn(llmId, { agent_name: `Reception [${other}] [${marker}]` }))
    expect(await resourceType('agent').find(retell.account(), retell.desired({}, { marker: other }))).toBeUndefined()
    expect(await resourceType('agent').find(retell.account(), retell.desired({}))).toMatchObject({ externalId: made['agent_id'], marked: true, facts: { marker } })
  })

  test.each([null, ''])('a name that is %j is none, and does not differ afterwards', async (name) => {
    const wanted = retell.desired(resourceType('agent').normalize?.(agentOn(llmId, { agent_name: name })).spec ?? {})
    const live = await retell.attempt('agent', wanted)
    expect((await retell.only('agent')).name).toBe(`receptionist [${marker}]`)
    expect(changes('agent', live, wanted)).toEqual([])
  })

  test('an unknown voice is told before and refused at once', async () => {
    const wanted = retell.desired(agentOn(llmId, { voice_id: '11labs-Nobody', fallback_voice_ids: ['openai-Echo', 'openai-None'] }))
    expect(await resourceType('agent').remarks?.(retell.account(), wanted, undefined)).toEqual([
      expect.stringContaining('"11labs-Nobody"'), expect.stringContaining('"openai-None"'),
    ])
    await expect(retell.attempt('agent', wanted)).rejects.toMatchObject({ message: expect.stringContaining('"11labs-Nobody", "openai-None"'), details: { retryable: false, vendorCode: 'VOICE_NOT_FOUND' } })
    expect(await retell.rows('agent')).toEqual([])
  })

  test('a preview neither compares nor looks up what only the deployment will know', async () => {
    const live = await retell.attempt('agent', retell.desired(agentOn(llmId)))
    const wanted = retell.desired(agentOn(unknownYet, { voice_id: unknownYet }))
    expect(changes('agent', live, wanted)).toEqual([])
    expect(await resourceType('agent').remarks?.(retell.account(), wanted, live)).toEqual([])
  })
})

describe('updating an agent', () => {
  test('a published one gets exactly one new version, which is published; the old one stays as it was', async () => {
    const { externalId: id } = await retell.attempt('agent', retell.desired(agentOn(llmId)))
    const live = await retell.attempt('agent', retell.desired(agentOn(llmId, { language: 'de-DE', version_title: 'German' })), { id })
    expect(live).toMatchObject({ externalId: id, spec: { language: 'de-DE' }, facts: { version: 1, isPublished: true } })
    expect((await retell.raw('GET', `/list-agent-versions/${id}`))['items']).toHaveLength(2)
    expect(await retell.raw('GET', `/get-agent/${id}?version=0`)).toMatchObject({ language: 'en-US', is_published: true })
    expect(await retell.raw('GET', `/get-agent/${id}`)).toMatchObject({ version: 1, is_published: true, version_title: 'German', agent_name: `receptionist [${marker}]` })
  })

  test('an unchanged one is not written to', async () => {
    const wanted = retell.desired(agentOn(llmId, { webhook_url: null }))
    const { externalId: id } = await retell.attempt('agent', wanted)
    const live = await resourceType('agent').get(retell.account(), id)
    // The vendor names the version of the engine, which the spec leaves to it.
    expect(live?.spec['response_engine']).toMatchObject({ version: 0 })
    expect(live && changes('agent', live, wanted)).toEqual([])
    if (live) await resourceType('agent').update(retell.account(), live, wanted)
    expect(await retell.count('POST', '/create-agent-version')).toBe(0)
    expect(await retell.count('PATCH', '/')).toBe(0)
    expect(await retell.count('POST', '/publish-agent-version')).toBe(1)
  })

  test('a crash after the draft was made goes on with the same draft', async () => {
    const { externalId: id } = await retell.attempt('agent', retell.desired(agentOn(llmId)))
    await retell.faults({ rate: 1, times: 1, kinds: ['500'], match: { method: 'PATCH', path: '/update-agent' } })
    const wanted = retell.desired(agentOn(llmId, { language: 'de-DE' }))
    await expect(retell.attempt('agent', wanted, { id })).rejects.toMatchObject({ details: { retryable: true } })
    const live = await retell.attempt('agent', wanted, { id })
    expect(live).toMatchObject({ spec: { language: 'de-DE' }, facts: { version: 1, isPublished: true } })
    expect(await retell.count('POST', '/create-agent-version')).toBe(1)
  })

  test('an unpublished draft is a change even where nothing else differs', async () => {
    const wanted = retell.desired(agentOn(llmId))
    const { externalId: id } = await retell.attempt('agent', wanted)
    await retell.raw('POST', `/create-agent-version/${id}`, { base_version: 0 })
    const live = await resourceType('agent').get(retell.account(), id)
    expect(live && changes('agent', live, wanted)).toEqual([{ field: '/is_published', from: false, to: true }])
    expect(await retell.attempt('agent', wanted, { id })).toMatchObject({ facts: { version: 1, isPublished: true } })
    expect(await retell.count('PATCH', '/')).toBe(0)
  })

  test('a marker that someone took out of the name is put back', async () => {
    const wanted = retell.desired(agentOn(llmId))
    const { externalId: id } = await retell.attempt('agent', wanted)
    await retell.raw('POST', `/create-agent-version/${id}`, { base_version: 0 })
    await retell.raw('PATCH', `/update-agent/${id}`, { agent_name: 'By hand' })
    await retell.raw('POST', `/publish-agent-version/${id}`, { version: 1 })
    const live = await resourceType('agent').get(retell.account(), id)
    expect(live?.marked).toBe(false)
    await retell.attempt('agent', wanted, { id })
    expect((await retell.only('agent')).name).toBe(`By hand [${marker}]`)
  })

  test('an unknown voice is refused before a draft is made', async () => {
    const { externalId: id } = await retell.attempt('agent', retell.desired(agentOn(llmId)))
    await expect(retell.attempt('agent', retell.desired(agentOn(llmId, { voice_id: 'nobody' })), { id })).rejects.toMatchObject({ details: { vendorCode: 'VOICE_NOT_FOUND' } })
    expect(await retell.count('POST', '/create-agent-version')).toBe(0)
  })
})

describe('an agent changed by hand', () => {
  test('that was deleted is gone, not an error, and is made again', async () => {
    const wanted = retell.desired(agentOn(llmId))
    const { externalId: id } = await retell.attempt('agent', wanted)
    await retell.raw('DELETE', `/delete-agent/${id}`)
    expect(await resourceType('agent').get(retell.account(), id)).toBeUndefined()
    const again = await retell.attempt('agent', wanted, { id })
    expect(again.externalId).not.toBe(id)
    expect((await retell.only('agent')).body['is_published']).toBe(true)
  })

  test('whose LLM was deleted by force is made again on the new one, since Retell cannot branch it', async () => {
    const { externalId: id } = await retell.attempt('agent', retell.desired(agentOn(llmId)))
    await retell.raw('DELETE', `/delete-retell-llm/${llmId}?force_delete=true`)
    const other = await retell.raw('POST', '/create-retell-llm', llmSpec)
    const live = await retell.attempt('agent', retell.desired(agentOn(String(other['llm_id']))), { id })
    expect(await retell.only('agent')).toMatchObject({ id: live.externalId, body: { is_published: true, response_engine: { llm_id: other['llm_id'] } } })
  })

  test('that Retell cannot branch for another reason is not deleted', async () => {
    const { externalId: id } = await retell.attempt('agent', retell.desired(agentOn(llmId)))
    const server = await refusingBranches(retell.url)
    try {
      const account = accountAt(server.url)
      const live = await resourceType('agent').get(account, id)
      const update = live && resourceType('agent').update(account, live, retell.desired(agentOn(llmId, { language: 'de-DE' })))
      await expect(update).rejects.toMatchObject({ message: 'retell answered 422: Not today', details: { retryable: false } })
    } finally {
      await server.close()
    }
    expect((await retell.only('agent')).id).toBe(id)
  })

  test('whose flow was deleted by force is made again on an LLM', async () => {
    const flow = await retell.raw('POST', '/create-conversation-flow', flowSpec)
    const onFlow = { voice_id: '11labs-Adrian', response_engine: { type: 'conversation-flow', conversation_flow_id: flow['conversation_flow_id'] ?? '' } }
    const { externalId: id } = await retell.attempt('agent', retell.desired(onFlow))
    await retell.raw('DELETE', `/delete-conversation-flow/${String(flow['conversation_flow_id'])}?force_delete=true`)
    await retell.attempt('agent', retell.desired(agentOn(llmId)), { id })
    expect((await retell.only('agent')).body).toMatchObject({ is_published: true, response_engine: { type: 'retell-llm', llm_id: llmId } })
  })

  test('that vanishes between look-up and update is made again', async () => {
    const wanted = retell.desired(agentOn(llmId))
    const live = await retell.attempt('agent', wanted)
    await retell.raw('DELETE', `/delete-agent/${live.externalId}`)
    await resourceType('agent').update(retell.account(), live, wanted)
    expect(await retell.rows('agent')).toHaveLength(1)
  })
})

test('removing an agent takes all its versions, and one that is gone is no error', async () => {
  const { externalId: id } = await retell.attempt('agent', retell.desired(agentOn(llmId)))
  await resourceType('agent').remove(retell.account(), id, { force: false })
  await resourceType('agent').remove(retell.account(), id, { force: false })
  expect(await retell.rows('agent')).toEqual([])
})

test('its page is that of the dashboard', async () => {
  const live = await retell.attempt('agent', retell.desired(agentOn(llmId)))
  expect(resourceType('agent').url(retell.account().connection, live)).toBe(`https://dashboard.retellai.com/agents/${live.externalId}`)
})
