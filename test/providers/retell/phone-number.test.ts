import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../contracts/json.ts'
import { ManualStep } from '../../../providers/provider.ts'
import type { Live, Sibling } from '../../../providers/provider.ts'
import { agentOn, changes, llmSpec, openRetell, resourceType } from './account.ts'
import type { RetellFixture } from './account.ts'

let retell: RetellFixture
let agent: Live
let siblings: Sibling[]
let stranger: string
const type = 'phone-number'
const phone = resourceType(type)
const number = '+14157774444'

beforeAll(async () => { retell = await openRetell() })
afterAll(() => retell.close())
beforeEach(async () => {
  await retell.reset()
  const llmId = String((await retell.raw('POST', '/create-retell-llm', llmSpec))['llm_id'])
  agent = await retell.attempt('agent', retell.desired(agentOn(llmId)))
  siblings = [retell.sibling('agent', agent)]
  stranger = String((await retell.raw('POST', '/create-agent', agentOn(llmId, { agent_name: 'Stranger' })))['agent_id'])
})

const normal = (spec: JsonObject) => retell.desired(phone.normalize?.(spec).spec ?? {})
const bound = (more: JsonObject = {}) => normal({ phone_number: number, inbound_agents: [{ agent_id: agent.externalId }], ...more })
const buy = (more: JsonObject = {}) => retell.raw('POST', '/create-phone-number', { phone_number: number, ...more })
const binding = () => ({ agent_id: agent.externalId, agent_version: 'latest_published', weight: 1 })

describe('a number that the account has', () => {
  test('is bound to the latest published version of the agent', async () => {
    await buy({ nickname: 'Front desk' })
    const live = await retell.attempt(type, bound())
    expect(live).toMatchObject({ externalId: number, marked: true })
    expect((await retell.only(type)).body).toMatchObject({ inbound_agents: [binding()], nickname: 'Front desk' })
    expect(changes(type, live, bound())).toEqual([])
    expect(phone.url(retell.account().connection, live)).toContain('dashboard.retellai.com')
  })

  test('and that another agent answers is named in the preview', async () => {
    await buy({ inbound_agents: [{ agent_id: stranger, weight: 1 }] })
    const live = await phone.get(retell.account(), number)
    expect(await phone.remarks?.(retell.account(siblings), bound(), live)).toEqual([expect.stringContaining(stranger)])
    await retell.attempt(type, bound())
    expect(await phone.remarks?.(retell.account(siblings), bound(), await phone.get(retell.account(), number))).toEqual([])
  })

  test('that appears between look-up and create is bound, not imported', async () => {
    await buy()
    await phone.create(retell.account(), bound({ termination_uri: 'clinic.pstn.twilio.com' }))
    expect(await retell.count('POST', '/import-phone-number')).toBe(0)
    expect((await retell.only(type)).body['inbound_agents']).toEqual([binding()])
  })

  test('is not written to when nothing differs', async () => {
    await buy()
    await retell.attempt(type, bound())
    const live = await retell.attempt(type, bound())
    await phone.update(retell.account(), live, bound())
    expect(await retell.count('PATCH', '/update-phone-number')).toBe(1)
  })
})

describe('a number that the account does not have', () => {
  test('is never bought: a person is asked', async () => {
    expect(await phone.remarks?.(retell.account(), bound(), undefined)).toEqual([expect.stringContaining('never bought')])
    const refusal = await retell.attempt(type, bound()).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ManualStep)
    expect(refusal).toMatchObject({ message: expect.stringContaining(number), url: 'https://dashboard.retellai.com/phone-numbers' })
    expect(await retell.count('POST', '/create-phone-number')).toBe(0)
  })

  test('is imported where the spec names its trunk, whose password never comes back', async () => {
    const wanted = bound({
      termination_uri: 'clinic.pstn.twilio.com', sip_trunk_auth_username: 'clinic', sip_trunk_auth_password: 'hush', outbound_sms_agents: [{ agent_id: agent.externalId }],
    })
    expect(await phone.remarks?.(retell.account(), wanted, undefined)).toEqual([])
    const live = await retell.attempt(type, wanted)
    expect((await retell.only(type)).body).toMatchObject({ phone_number_type: 'custom', inbound_agents: [binding()], outbound_sms_agents: [binding()] })
    expect(JSON.stringify(live)).not.toContain('hush')
    expect(changes(type, live, wanted)).toEqual([])
    expect(phone.unreadable).toEqual(['sip_trunk_auth_password'])
  })

  test('whose import lost its answer is imported once', async () => {
    const wanted = bound({ termination_uri: 'clinic.pstn.twilio.com' })
    await retell.faults({ rate: 1, times: 1, kinds: ['commit-then-fail'], match: { method: 'POST', path: '/import-phone-number' } })
    await expect(retell.attempt(type, wanted)).rejects.toMatchObject({ details: { retryable: true } })
    await retell.attempt(type, wanted)
    expect(await retell.count('POST', '/import-phone-number')).toBe(1)
  })

  test('is gone, not an error, when read', async () => {
    expect(await phone.get(retell.account(), number)).toBeUndefined()
    await phone.remove(retell.account(siblings), number, { force: true })
  })
})

test("changes of the trunk go by update's names", async () => {
  const wanted = bound({ termination_uri: 'clinic.pstn.twilio.com', sip_trunk_auth_username: 'clinic' })
  await retell.attempt(type, wanted)
  const live = await retell.attempt(type, bound({ termination_uri: 'new.pstn.twilio.com', sip_trunk_auth_username: 'new', sip_trunk_auth_password: 'hush' }))
  expect(live.spec).toMatchObject({ termination_uri: 'new.pstn.twilio.com', sip_trunk_auth_username: 'new' })
  expect((await retell.only(type)).body).toMatchObject({ sip_outbound_trunk_config: { termination_uri: 'new.pstn.twilio.com', auth_username: 'new' } })
})

describe('removing', () => {
  test('takes our agent off the number and leaves the number, even by force', async () => {
    await buy()
    await retell.attempt(type, bound())
    await phone.remove(retell.account(siblings), number, { force: true })
    expect((await retell.only(type)).body['inbound_agents']).toEqual([])
  })

  test("leaves the strangers' agents, with weights that add up to 1 again", async () => {
    await buy({ inbound_agents: [{ agent_id: agent.externalId, weight: 0.6 }, { agent_id: stranger, agent_version: 0, weight: 0.4 }] })
    await phone.remove(retell.account(siblings), number, { force: false })
    expect((await retell.only(type)).body['inbound_agents']).toEqual([{ agent_id: stranger, agent_version: 0, weight: 1 }])
  })

  test('writes nothing where none of ours is bound', async () => {
    await buy({ inbound_agents: [{ agent_id: stranger, weight: 1 }] })
    await phone.remove(retell.account(siblings), number, { force: false })
    expect(await retell.count('PATCH', '/update-phone-number')).toBe(0)
  })
})

test('another number in the spec means another resource', () => {
  expect(phone.naturalKey(bound())).toBe(number)
  expect(phone.immutable).toEqual(['phone_number'])
})
