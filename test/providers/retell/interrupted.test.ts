import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { unreachable } from '../../../providers/failures.ts'
import { createHttp } from '../../../providers/http.ts'
import type { Http } from '../../../providers/http.ts'
import { apply, remove } from '../../../providers/reconcile.ts'
import type { Engine, Ledger, Wanted } from '../../../providers/engine.ts'
import { retell as provider } from '../../../providers/retell/index.ts'
import { memoryLedger } from '../interruptions.ts'
import type { Loss } from '../interruptions.ts'
import { agentOn, connectionTo, llmSpec, openRetell, resourceType } from './account.ts'
import type { RetellFixture } from './account.ts'

let retell: RetellFixture
const number = '+14157774444'

beforeAll(async () => { retell = await openRetell() })
afterAll(() => retell.close())
beforeEach(async () => {
  await retell.reset()
  await retell.raw('POST', '/create-phone-number', { phone_number: number })
})

/** The n-th request is lost, whatever it is; the others pass. */
function losing(loss: Loss, n: number): Http {
  const http = createHttp({ provider: 'retell', timeoutMs: 5_000, allowPrivateAddresses: true })
  let sent = 0
  return {
    ...http,
    async fetch(input, init) {
      sent += 1
      if (sent !== n) return http.fetch(input, init)
      if (loss === 'after it was carried out') await http.fetch(input, init)
      throw unreachable('retell', Object.assign(new Error('lost'), { code: 'ECONNRESET' }))
    },
  }
}

const engineOver = (http: Http, ledger: Ledger): Engine => {
  const connection = connectionTo(retell.url)
  return {
    provider,
    ledger,
    account: { client: provider.connect(connection, http), connection, siblings: [] },
    markerOf: (type, name) => `sw-${createHash('sha256').update(type + name).digest('hex').slice(0, 12)}`,
    redact: (value) => value,
    fingerprint: (spec) => JSON.stringify(spec),
    checkpoint: () => undefined,
  }
}

const wanted = (prompt: string): Wanted[] => [
  { name: 'brain', type: 'llm', position: 0, outline: {}, spec: () => ({ ...llmSpec, general_prompt: prompt }) },
  { name: 'desk', type: 'agent', position: 1, outline: {}, spec: (made) => agentOn(made.get('brain')?.externalId ?? '') },
  {
    name: 'line', type: 'phone-number', position: 2, outline: { phone_number: number },
    spec: (made) => resourceType('phone-number').normalize?.({ phone_number: number, inbound_agents: [{ agent_id: made.get('desk')?.externalId ?? '' }] }).spec ?? {},
  },
]

/** Attempts of one step over one connection that loses its n-th request; true when none was lost, so that n is past the end. */
async function untilDone(loss: Loss, n: number, ledger: Ledger, step: (engine: Engine) => Promise<unknown>): Promise<boolean> {
  const engine = engineOver(losing(loss, n), ledger)
  for (let attempt = 0; ; attempt += 1) {
    try {
      await step(engine)
      return attempt === 0
    } catch (error) {
      if (attempt > 0) throw error
    }
  }
}

const deploy = (prompt: string) => (engine: Engine) => apply(engine, wanted(prompt), new Map())

async function expectDeployed(prompt: string, versions: number): Promise<void> {
  const [llm, agent, phone] = [await retell.only('llm'), await retell.only('agent'), await retell.only('phone-number')]
  expect(llm.body).toMatchObject({ general_prompt: prompt, is_published: true })
  expect(agent.body).toMatchObject({ is_published: true, version: versions - 1, response_engine: { llm_id: llm.id, version: llm.body['version'] } })
  expect((await retell.raw('GET', `/list-agent-versions/${agent.id}`))['items']).toHaveLength(versions)
  expect(phone.body['inbound_agents']).toEqual([{ agent_id: agent.id, agent_version: 'latest_published', weight: 1 }])
}

/** Runs `once` for every request that a step makes; answers how many there were. */
async function sweep(once: (n: number) => Promise<boolean>): Promise<number> {
  for (let n = 1; n <= 60; n += 1) {
    await retell.reset()
    await retell.raw('POST', '/create-phone-number', { phone_number: number })
    if (await once(n)) return n - 1
  }
  throw new Error('the step never ended')
}

describe.each<Loss>(['before it arrives', 'after it was carried out'])('whichever request is lost %s', (loss) => {
  test('a first deployment ends with one of each', async () => {
    const requests = await sweep(async (n) => {
      const untouched = await untilDone(loss, n, memoryLedger(), deploy('One'))
      await expectDeployed('One', 1)
      return untouched
    })
    expect(requests).toBeGreaterThan(8)
  })

  test('a change ends with one new version', async () => {
    const requests = await sweep(async (n) => {
      const ledger = memoryLedger()
      await untilDone(loss, 0, ledger, deploy('One'))
      const untouched = await untilDone(loss, n, ledger, deploy('Two'))
      await expectDeployed('Two', 2)
      return untouched
    })
    expect(requests).toBeGreaterThan(8)
  })

  test('an undeployment ends with nothing but the number, which nobody answers', async () => {
    const requests = await sweep(async (n) => {
      const ledger = memoryLedger()
      await untilDone(loss, 0, ledger, deploy('One'))
      const untouched = await untilDone(loss, n, ledger, async (engine) => remove(engine, await ledger.load(), new Set(), { force: false }))
      expect([...(await retell.rows('llm')), ...(await retell.rows('agent')), ...(await ledger.load())]).toEqual([])
      expect((await retell.only('phone-number')).body['inbound_agents']).toEqual([])
      return untouched
    })
    expect(requests).toBeGreaterThan(3)
  })
})

test('the second deployment of the same writes nothing', async () => {
  const ledger = memoryLedger()
  await untilDone('before it arrives', 0, ledger, deploy('One'))
  const writes = async () => (await retell.count('PATCH', '/')) + (await retell.count('POST', '/create')) + (await retell.count('POST', '/publish'))
  const before = await writes()
  const outcomes = await apply(engineOver(losing('before it arrives', 0), ledger), wanted('One'), new Map())
  expect(outcomes.map(({ action }) => action)).toEqual(['unchanged', 'unchanged', 'unchanged'])
  expect(await writes()).toBe(before)
})

describe('what was deleted by hand is repaired, and what refers to it follows', () => {
  const redeploy = async (ledger: Ledger) => (await apply(engineOver(losing('before it arrives', 0), ledger), wanted('One'), new Map())).map(({ action }) => action)

  test('an agent', async () => {
    const ledger = memoryLedger()
    await untilDone('before it arrives', 0, ledger, deploy('One'))
    await retell.raw('DELETE', `/delete-agent/${(await retell.only('agent')).id}`)
    expect(await redeploy(ledger)).toEqual(['unchanged', 'repaired', 'updated'])
    await expectDeployed('One', 1)
  })

  test('an agent whose prompt changes at the same time', async () => {
    const ledger = memoryLedger()
    await untilDone('before it arrives', 0, ledger, deploy('One'))
    await retell.raw('DELETE', `/delete-agent/${(await retell.only('agent')).id}`)
    await untilDone('before it arrives', 0, ledger, deploy('Two'))
    await expectDeployed('Two', 1)
  })

  test('an LLM', async () => {
    const ledger = memoryLedger()
    await untilDone('before it arrives', 0, ledger, deploy('One'))
    await retell.raw('DELETE', `/delete-retell-llm/${(await retell.only('llm')).id}?force_delete=true`)
    expect(await redeploy(ledger)).toEqual(['repaired', 'updated', 'updated'])
    await expectDeployed('One', 1)
    expect(await redeploy(ledger)).toEqual(['unchanged', 'unchanged', 'unchanged'])
  })
})

test('a knowledge base that must be made anew is followed by the LLM and its agent', async () => {
  const ledger = memoryLedger()
  const withChunks = (size: number): Wanted[] => [
    { name: 'facts', type: 'knowledge-base', position: 0, outline: {}, spec: () => ({ knowledge_base_name: 'Facts', max_chunk_size: size, knowledge_base_texts: [{ title: 'a', text: 'b' }] }) },
    { name: 'brain', type: 'llm', position: 1, outline: {}, spec: (made) => ({ ...llmSpec, knowledge_base_ids: [made.get('facts')?.externalId ?? ''] }) },
    { name: 'desk', type: 'agent', position: 2, outline: {}, spec: (made) => agentOn(made.get('brain')?.externalId ?? '') },
  ]
  const run = async (size: number) => (await apply(engineOver(losing('before it arrives', 0), ledger), withChunks(size), new Map())).map(({ action }) => action)
  expect(await run(2000)).toEqual(['created', 'created', 'created'])
  expect(await run(1000)).toEqual(['replaced', 'updated', 'updated'])
  const base = await retell.only('knowledge-base')
  expect((await retell.only('llm')).body).toMatchObject({ is_published: true, version: 1, knowledge_base_ids: [base.id] })
  expect((await retell.only('agent')).body).toMatchObject({ is_published: true, version: 1 })
  expect(await run(1000)).toEqual(['unchanged', 'unchanged', 'unchanged'])
})
