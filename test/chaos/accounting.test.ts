import { expect, test } from '@jest/globals'
import { parseFaults } from '../../sandboxes/fault-orders.ts'
import { createFaultPlan } from '../../sandboxes/faults.ts'
import type { Faults } from '../../sandboxes/kernel.ts'
import { account, busiestWindow } from './accounting.ts'
import type { Account, Evidence } from './accounting.ts'
import { faultOrders, killPlan } from './plan.ts'
import { harmed } from './strangers.ts'
import type { SandboxRow } from './template.ts'

const company = 'Practice 0007'
const client = { number: 7, company, id: 'client-7' }
const row = (type: string, id: string, name: string, body: Record<string, unknown> = {}): SandboxRow => ({ type, id, name, body })
const made = { 'retell/brain': 'llm', 'retell/receptionist': 'agent', 'n8n/key': 'credential', 'n8n/intake': 'workflow', 'ghl/source': 'customField', 'ghl/practice': 'customValue' }
const links = Object.entries(made).map(([logical, type]) => ({ client_id: client.id, provider: logical.split('/')[0] ?? '', type, name: logical.split('/')[1] ?? '', external_id: `${type}-1` }))

/** One client, deployed as it should be; each test spoils one thing. */
function evidence(): Evidence & { providers: Record<string, SandboxRow[]> } {
  return {
    clients: [client],
    accepted: [{ client, way: 'stages', id: 'record-1' }],
    records: [{ id: 'record-1', client_id: client.id, operation: 'deploy', status: 'success', error_code: null, error_message: null, parked: 0, unfinished: 0, ms: 1 }],
    pipelines: [],
    links, ledger: links,
    providers: {
      retell: [row('llm', 'llm-1', '', { general_prompt: `You answer the phone for ${company}.` }), row('agent', 'agent-1', '', { agent_name: `${company} receptionist [sw-0123456789ab]` })],
      n8n: [row('credential', 'credential-1', `${company} key [sw-0123456789ab]`), row('workflow', 'workflow-1', `${company} intake [sw-0123456789ab]`), row('tag', 'tag-1', 'front desk')],
      ghl: [row('customField', 'customField-1', `${company} lead source`), row('customValue', 'customValue-1', `${company} practice`)],
      supabase: [row('prompt', 'o/summary', 'summary', { content: `Summarize for ${company}.` }), row('prompt', 'o/greeting', 'greeting', { content: `Welcome to ${company}.` }), row('document', 'o/about', 'about', { content: `${company} is open.` })],
    },
  }
}
const empty: Account = { success: [company], parked: [], lost: [], duplicates: [], orphans: [], stuck: [], mismatched: [] }
const record = evidence().records[0] as Evidence['records'][number]

test('a deployment with everything once is a success and nothing else', () => {
  expect(account(evidence())).toEqual(empty)
})

test('an accepted deployment without a record is lost, and so is a success without one of its resources', () => {
  expect(account({ ...evidence(), records: [] }).lost).toEqual([`${company}: deployment record-1 has no record`])
  expect(account({ ...evidence(), accepted: [{ client, way: 'pipeline', id: 'pipeline-1' }] }).lost).toEqual([`${company}: pipeline pipeline-1 has no row`])
  const spoilt = evidence()
  spoilt.providers['supabase']?.pop()
  expect(account(spoilt).lost).toEqual([`${company}: has no supabase/document about`])
})

test('a second resource of one logical name is a duplicate, and one that no link or ledger knows an orphan', () => {
  const spoilt = evidence()
  spoilt.providers['retell']?.push(row('agent', 'agent-2', '', { agent_name: `${company} receptionist [sw-ba9876543210]` }))
  expect(account(spoilt)).toMatchObject({ duplicates: [`${company} retell/receptionist: agent-1, agent-2`], orphans: ['retell agent agent-2 ""'] })
  spoilt.providers['supabase']?.push(row('prompt', 'p/summary', 'summary', { content: `Summarize for ${company}.` }))
  expect(account(spoilt).duplicates).toContain(`${company} supabase/prompt summary: o/summary, p/summary`)
})

test('what bears nobody\'s name is an orphan too', () => {
  const spoilt = evidence()
  spoilt.providers['ghl']?.push(row('tag', 'tag-9', 'nobody\'s'))
  expect(account(spoilt).orphans).toEqual(['ghl tag tag-9 "nobody\'s"'])
})

test('what a parked step may have made is known by its intent, and an orphan without it', () => {
  const parked = { ...evidence(), records: [{ ...record, status: 'failed', parked: 1 }], links: [], ledger: links.map((one) => ({ ...one, external_id: null })) }
  expect(account(parked)).toEqual({ ...empty, success: [], parked: [company] })
  expect(account({ ...parked, ledger: parked.ledger.slice(1) }).orphans).toEqual(['retell llm llm-1 ""'])
})

test('what neither succeeds nor is parked is stuck', () => {
  expect(account({ ...evidence(), records: [{ ...record, status: 'running' }] }).stuck).toHaveLength(1)
  expect(account({ ...evidence(), records: [{ ...record, status: 'failed' }] }).stuck).toHaveLength(1)
  expect(account({ ...evidence(), records: [{ ...record, unfinished: 1 }] }).stuck).toEqual([`${company}: deployment record-1 is a success with 1 steps that are none`])
  const pipeline = (status: string, ids?: Record<string, string>) => ({ ...evidence(), accepted: [{ client, way: 'pipeline' as const, id: 'pipeline-1' }], pipelines: [{ id: 'pipeline-1', status, stages: [{ name: 'deploy', status, ...(ids ? { ids } : {}) }], error_code: null, error_message: null }] })
  expect(account(pipeline('running', { recordId: 'record-1' })).stuck).toEqual([`${company}: pipeline pipeline-1 runs still`])
  expect(account(pipeline('failed')).stuck).toHaveLength(1)
  expect(account(pipeline('success', { recordId: 'record-1' }))).toEqual(empty)
})

test('a link to what the provider does not have is a mismatch, and so is a success without a link', () => {
  const [first, ...others] = links
  expect(account({ ...evidence(), links: [{ ...(first as (typeof links)[number]), external_id: 'llm-9' }, ...others] }).mismatched).toEqual([`link: ${company} retell/brain is llm-9, the provider has llm-1`])
  expect(account({ ...evidence(), links: others }).mismatched).toEqual([`${company} retell/brain has no link`])
})

test('the busiest window is any ten seconds of one location', () => {
  const at = (time: number, location = 'one') => ({ at: time, path: `/locations/${location}/tags` })
  expect(busiestWindow([at(0), at(9_999), at(10_000), at(10_001, 'other'), at(19_999)], 10_000)).toEqual({ location: 'one', requests: 2 })
  expect(busiestWindow([at(5_000), at(0), at(5_001), { at: 5_002, path: '/calendars/x', account: 'one' }], 10_000)).toEqual({ location: 'one', requests: 4 })
})

test('strangers\' things that are gone or changed are harmed', () => {
  const before = [row('llm', '1', 'a'), row('llm', '2', 'b'), row('llm', '3', 'c')]
  expect(harmed(before, [row('llm', '1', 'a'), row('llm', '2', 'b', { changed: true })]).map(({ id }) => id)).toEqual(['2', '3'])
})

test('a seed decides kills and faults, and another seed others', () => {
  const options = { each: 3, workers: 3, gapMs: [1, 100] as [number, number] }
  expect(killPlan(5, options)).toEqual(killPlan(5, options))
  expect(killPlan(6, options)).not.toEqual(killPlan(5, options))
  expect(Map.groupBy(killPlan(5, options), ({ part }) => part).get('postgres')).toHaveLength(3)
  const faults = (seed: number) => {
    const plan = createFaultPlan()
    plan.order(parseFaults(faultOrders(seed, 0.2, ['retell'])['retell'], []) as Faults)
    return Array.from({ length: 500 }, () => plan.next('GET', '/x').fault)
  }
  expect(faults(5)).toEqual(faults(5))
  expect(faults(6)).not.toEqual(faults(5))
  expect(new Set(faults(5).map((fault) => fault?.kind))).toEqual(new Set([undefined, '500', '429', 'timeout', 'reset', 'commit-then-fail']))
})
