import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { audit } from '../audit/rules.mjs'

const node = (name, type, over = {}) => ({ name, type: `n8n-nodes-base.${type}`, parameters: {}, ...over })
const start = node('Each morning', 'scheduleTrigger')
const call = node('Fetch invoices', 'httpRequest', { retryOnFail: true, parameters: { url: 'https://api.vendor.test/invoices' } })
const linked = (...nodes) => ({
  id: 'w1', name: 'Test', nodes, settings: { errorWorkflow: 'e1' }, pinData: {},
  connections: Object.fromEntries(nodes.slice(1).map((one, index) => [nodes[index].name, { main: [[{ node: one.name, type: 'main', index: 0 }]] }])),
})
const rulesOf = (workflow) => audit(workflow).map(({ rule }) => rule)

test('a workflow that can be handed over has no findings', () => assert.deepEqual(audit(linked(start, call)), []))

for (const [rule, workflow] of [
  ['secret-in-parameter', linked(start, { ...call, parameters: { url: 'https://a.test', key: `sk-${'a1'.repeat(12)}` } })],
  ['secret-in-parameter', linked(start, { ...call, parameters: { headerParameters: { parameters: [{ name: 'X-Api-Key', value: 'plain' }] } } })],
  ['no-error-workflow', { ...linked(start, call), settings: {} }],
  ['pinned-data', { ...linked(start, call), pinData: { 'Fetch invoices': [{}] } }],
  ['dead-connection', { ...linked(start, call), connections: { ...linked(start, call).connections, 'Fetch invoices': { main: [[{ node: 'Gone' }]] } } }],
  ['open-webhook', linked(node('Order comes in', 'webhook', { parameters: { path: 'orders' } }), call)],
  ['http-without-retry', linked(start, { ...call, retryOnFail: false })],
  ['swallowed-error', linked(start, { ...call, onError: 'continueRegularOutput' })],
  ['default-name', linked(start, { ...call, name: 'HTTP Request3' })],
  ['unlimited-loop', linked(start, node('Next page', 'executeWorkflow', { parameters: { workflowId: { value: 'w1' } } }))],
  ['test-address', linked(start, { ...call, parameters: { url: 'http://localhost:3000' } })],
  ['unreached', { ...linked(start, call), connections: {} }],
]) test(`${rule} is found, and nothing else`, () => assert.deepEqual(rulesOf(workflow), [rule]))

test('an expression that reads a header is no secret', () => {
  assert.deepEqual(rulesOf(linked(start, { ...call, parameters: { headerParameters: { parameters: [{ name: 'Authorization', value: '={{ $json.header }}' }] } } })), [])
})
test('a webhook whose notes say how its signature is checked is not open', () => {
  assert.deepEqual(rulesOf(linked(node('Order comes in', 'webhook', { notes: 'The next node checks the signature' }), call)), [])
})
test('disabled nodes and notes are left out', () => {
  assert.deepEqual(audit(linked(start, call, node('Old', 'httpRequest', { disabled: true }), node('Note', 'stickyNote'))), [])
})
test('something else than a workflow is refused', () => assert.throws(() => audit({ data: [] }), /no nodes/))

for (const name of readdirSync(new URL('../workflows', import.meta.url))) {
  test(`${name} has no errors`, () => {
    const workflow = JSON.parse(readFileSync(new URL(`../workflows/${name}`, import.meta.url), 'utf8'))
    assert.deepEqual(audit(workflow).filter(({ level }) => level === 'error'), [])
  })
}
