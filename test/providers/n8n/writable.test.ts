import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { n8n } from '../../../providers/n8n/index.ts'
import { canBeActivated } from '../../../providers/n8n/triggers.ts'
import { webhooksOf } from '../../../providers/n8n/webhooks.ts'
import { nameWithoutMarker, titleOf, writable } from '../../../providers/n8n/writable.ts'
import type { JsonObject } from '../../../contracts/json.ts'
import { resourceType } from '../sandbox-account.ts'
import { exported, manualOnly } from './exports.ts'

const { validate } = resourceType(n8n, 'workflow')

describe('validate', () => {
  test('refuses nothing that n8n exports', () => {
    expect(validate(exported())).toEqual([])
    expect(validate(manualOnly)).toEqual([])
    const { settings: _, name: __, ...bare } = exported()
    expect(validate({ ...bare, settings: null, somethingNew: { a: 1 } })).toEqual([])
  })

  test('refuses what n8n could never run', () => {
    expect(validate({})).toEqual([
      { pointer: '/nodes', message: 'is missing', certain: true },
      { pointer: '/connections', message: 'is missing', certain: true },
    ])
    expect(validate({ nodes: {}, connections: [], publish: 'yes' }).map(({ pointer }) => pointer)).toEqual(['/connections', '/publish', '/nodes'])
    expect(validate({ nodes: [1, { name: '', parameters: {} }], connections: {} })).toEqual([
      { pointer: '/nodes/0', message: 'must be an object' },
      { pointer: '/nodes/1/name', message: 'must be a text', certain: false },
      { pointer: '/nodes/1/type', message: 'is missing', certain: true },
    ])
  })
})

describe('what is sent', () => {
  test('every key that is dropped has its note', () => {
    const { spec, notes } = writable(exported())
    expect(Object.keys(spec).sort()).toEqual(['connections', 'name', 'nodes', 'settings', 'tags'])
    for (const key of ['id', 'active', 'isArchived', 'createdAt', 'updatedAt', 'versionId', 'versionCounter', 'activeVersionId', 'activeVersion', 'triggerCount', 'description', 'sourceWorkflowId', 'parentFolder', 'meta', 'pinData', 'shared', 'settings.binaryMode', 'settings.timeSavedMode', 'settings.saveDataErrorExecution', 'node "Webhook", customTelemetryTags']) {
      expect(notes.filter((note) => note.startsWith(`${key}:`))).toHaveLength(1)
    }
    expect(notes).toHaveLength(20)
  })

  test('missing settings are sent empty, and doing it twice changes nothing', () => {
    const { spec, notes } = writable({ nodes: [], connections: {} })
    expect(spec).toEqual({ nodes: [], connections: {}, settings: {} })
    expect(notes).toEqual(['settings: missing, sent empty'])
    const { spec: once } = writable(exported())
    expect(writable(once)).toEqual({ spec: once, notes: [] })
  })

  test('what is no object is left as it is, and old text state is kept', () => {
    const odd = { nodes: [1, { type: 'a', extra: 1 }], connections: {}, settings: {}, staticData: '{}', name: 7 }
    expect(writable(odd)).toEqual({ spec: { ...odd, nodes: [1, { type: 'a' }] }, notes: [expect.stringContaining('node 1, extra')] })
    expect(writable({})).toMatchObject({ spec: { nodes: [], connections: {}, settings: {} } })
  })

  test('an export of a workflow that was deployed before loses its marker and our tag', () => {
    const { spec, notes } = writable({ ...manualOnly, name: 'Intake [sw-0123456789ab]', tags: ['slipway', 'leads', { name: 'leads' }, { id: 'x' }] })
    expect(spec).toMatchObject({ name: 'Intake', tags: ['leads'] })
    expect(notes).toEqual([expect.stringContaining('marker')])
  })

  test('parameters and connections come through byte for byte, whatever they hold', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (parameters, connections) => {
      const nodes = [{ name: 'A', type: 't', parameters: { ...parameters } }]
      const { spec } = writable({ nodes, connections: { ...connections }, settings: {} } as JsonObject)
      expect(JSON.stringify(spec['nodes'])).toBe(JSON.stringify(nodes))
      expect(JSON.stringify(spec['connections'])).toBe(JSON.stringify(connections))
    }), { numRuns: 200 })
  })

  test('a name keeps its marker within n8n\'s 128 characters, and whole characters', () => {
    const titled = (name: string) => titleOf({ name: 'flow', marker: 'sw-0123456789ab', spec: writable({ name }).spec })
    expect([titled('Intake'), titled('')]).toEqual(['Intake [sw-0123456789ab]', 'flow [sw-0123456789ab]'])
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (name) => {
      const marked = titled(name)
      expect(marked.length).toBeLessThanOrEqual(128)
      expect(marked.isWellFormed()).toBe(true)
      expect((name || 'flow').startsWith(nameWithoutMarker(marked))).toBe(true)
    }))
  })
})

describe('triggers', () => {
  const node = (type: string, more: JsonObject = {}): JsonObject => ({ name: 'x', type, parameters: {}, ...more })

  test.each(['n8n-nodes-base.webhook', 'n8n-nodes-base.scheduleTrigger', 'n8n-nodes-base.cron', '@n8n/n8n-nodes-langchain.chatTrigger', 'n8n-nodes-acme.acmeTrigger', 'n8n-nodes-base.emailReadImap'])('%s can be activated, unless it is switched off', (type) => {
    expect(canBeActivated([node(type)])).toBe(true)
    expect(canBeActivated([node(type, { disabled: true })])).toBe(false)
  })

  test.each(['n8n-nodes-base.manualTrigger', 'n8n-nodes-base.executeWorkflowTrigger', 'n8n-nodes-base.errorTrigger', '@n8n/n8n-nodes-langchain.manualChatTrigger', 'n8n-nodes-base.set'])('%s cannot', (type) => {
    expect(canBeActivated([node(type), {}])).toBe(false)
  })

  test('a webhook listens on its path or its id, by each of its methods', () => {
    expect(webhooksOf([
      node('n8n-nodes-base.webhook', { parameters: { path: '/a/b/', httpMethod: ['POST', 'PUT'] } }),
      node('n8n-nodes-base.webhook', { webhookId: 'w' }),
      node('n8n-nodes-base.webhook', { parameters: null }),
      node('n8n-nodes-base.formTrigger', { parameters: { path: 'form' } }),
      node('@n8n/n8n-nodes-langchain.chatTrigger', { webhookId: 'c' }),
      node('@n8n/n8n-nodes-langchain.chatTrigger'),
      node('n8n-nodes-base.set'),
      node('n8n-nodes-base.webhook', { parameters: { path: 'off' }, disabled: true }),
    ])).toEqual([
      { method: 'POST', path: 'a/b' },
      { method: 'PUT', path: 'a/b' },
      { method: 'GET', path: 'w' },
      { method: 'GET', path: 'form' },
      { method: 'POST', path: 'form' },
      { method: 'POST', path: 'c/chat' },
    ])
  })
})
