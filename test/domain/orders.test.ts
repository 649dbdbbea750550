import { expect, test } from '@jest/globals'
import { orderProblem, supersedeProblem } from '../../domain/orders.ts'

const link = { name: 'agent', external_id: 'agent_1', url: 'https://x' }

test.each([
  ['retry', {}], ['retry', { provider: 'n8n', input: { company: 'A' }, actor: 'ada', correlationId: 'c' }],
  ['skip', { provider: 'n8n', reason: 'later' }],
  ['resolve', { provider: 'n8n', links: [], reason: 'by hand' }], ['resolve', { provider: 'n8n', links: [link, { ...link, url: undefined }] }],
  ['cancel', {}], ['cancel', { reason: 'enough' }],
] as const)('%s %j is an order', (name, order) => { expect(orderProblem[name](order)).toBeUndefined() })

test.each([
  ['retry', undefined, 'an order is a JSON object'], ['retry', 'n8n', 'an order is a JSON object'], ['cancel', ['x'], 'an order is a JSON object'], ['skip', null, 'an order is a JSON object'],
  ['retry', { provider: 4 }, 'provider is no text'], ['cancel', { reason: '' }, 'reason is no text'], ['skip', { provider: 'n8n', actor: {} }, 'actor is no text'],
  ['retry', { input: 'x' }, 'input is no JSON object'], ['retry', { input: [1] }, 'input is no JSON object'],
  ['skip', { reason: 'x' }, 'provider is missing'], ['resolve', { links: [] }, 'provider is missing'],
  ['resolve', { provider: 'n8n' }, 'links is no list of {name, external_id, url?} with http addresses'], ['resolve', { provider: 'n8n', links: [{ ...link, name: '' }] }, 'links is no list of {name, external_id, url?} with http addresses'], ['resolve', { provider: 'n8n', links: [{ ...link, url: 4 }] }, 'links is no list of {name, external_id, url?} with http addresses'], ['resolve', { provider: 'n8n', links: [{ ...link, url: 'javascript:alert(1)' }] }, 'links is no list of {name, external_id, url?} with http addresses'], ['resolve', { provider: 'n8n', links: ['agent_1'] }, 'links is no list of {name, external_id, url?} with http addresses'],
  ['cancel', { reason: 'nul \0' }, '/reason holds a NUL character or half a surrogate pair'],
  ['retry', { input: { company: ['half \uD83E'] } }, '/input/company/0 holds a NUL character or half a surrogate pair'],
  ['retry', JSON.parse('{"input": {"__proto__": 1}}'), '/input/__proto__ is not a permitted key'],
] as const)('%s %j is none', (name, order, problem) => { expect(orderProblem[name](order)).toBe(problem) })

const by = {
  tenantId: 't', actor: 'ada', correlationId: 'c', planId: 'p', recordId: '5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0a01', operation: 'deploy' as const, destroy: false,
  policy: { attempts: 6, initialMs: 1, maxMs: 1, parkedMs: 1 },
}

test.each([[{}], [{ planHash: 'h', notify: 'pipeline:1', after: 'r' }], [{ after: null }]])('a run of the same plan with %j may take the parked one\'s place', (more) => {
  expect(supersedeProblem({ parked: 'r', by: { ...by, ...more } }, by)).toBeUndefined()
})

test.each([
  [{ planId: 'q' }, 'by is no run of this plan'], [{ tenantId: undefined }, 'by is no run of this plan'], [{ operation: 'undeploy' }, 'by is no run of this plan'],
  [{ recordId: 'late' }, 'by.recordId is no id'], [{ recordId: 7 }, 'by.recordId is no id'], [{ destroy: 'no' }, 'by.destroy is neither true nor false'], [{ actor: undefined }, 'by.actor or by.correlationId is missing'], [{ correlationId: 7 }, 'by.actor or by.correlationId is missing'],
  [{ notify: {} }, 'by.planHash, by.notify or by.after is no text'], [{ after: 7 }, 'by.planHash, by.notify or by.after is no text'],
  [{ policy: undefined }, 'by.policy is no {attempts, initialMs, maxMs, parkedMs}'], [{ policy: { ...by.policy, parkedMs: '1' } }, 'by.policy is no {attempts, initialMs, maxMs, parkedMs}'],
  [{ actor: 'nul \0' }, '/by/actor holds a NUL character or half a surrogate pair'],
])('one with %j may not', (more, problem) => { expect(supersedeProblem({ parked: 'r', by: { ...by, ...more } }, by)).toBe(problem) })

test.each([undefined, null, 'x', [], {}, { parked: 'r' }, { parked: 'r', by: 'ada' }])('%j is no order to give way', (order) => { expect(supersedeProblem(order, by)).toBe('an order is a JSON object {parked, by}') })
