import { expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { readFileSync } from 'node:fs'
import { generated } from '../../bin/generate.ts'
import { artifact, examples } from '../../contracts/examples.ts'
import { type SchemaName, schemaNames } from '../../contracts/schemas.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test.each(generated.map(({ path, text }) => [path, text] as const))('%s is what the sources say: npm run generate', async (path, text) => {
  expect(read(path)).toBe(await text())
})

const ajv = new Ajv2020({ allErrors: true })
// CommonJS: the plug-in is the module's default.
;(addFormats as unknown as { default: (ajv: Ajv2020) => void }).default(ajv)
const validators = Object.fromEntries(schemaNames.map((name) => [name, ajv.compile(JSON.parse(read(`contracts/schemas/${name}.schema.json`)) as object)])) as Record<SchemaName, ReturnType<typeof ajv.compile>>

const good: Record<SchemaName, object> = { 'template-artifact': artifact, 'deployment-plan': examples.plan, 'deployment-record': examples.record, 'provider-link': examples.links[0] ?? {}, 'resource-initialization-plan': examples.resourcePlan }

test.each(schemaNames)('a good %s passes', (name) => {
  expect([validators[name](good[name]), validators[name].errors]).toEqual([true, null])
})

const bad: [SchemaName, string, object][] = [
  ['template-artifact', 'an unknown kind', { kind: 'fax' }],
  ['template-artifact', 'no name', { name: undefined }],
  ['template-artifact', 'a name with a slash', { name: 'a/b' }],
  ['template-artifact', 'a version that is not semantic', { version: '1.2' }],
  ['template-artifact', 'a resource without a spec', { resources: { brain: { provider: 'retell', type: 'llm' } } }],
  ['template-artifact', 'a logical name that is no identifier', { resources: { '1st thing': { provider: 'retell', type: 'llm', spec: {} } } }],
  ['template-artifact', 'a prompt without a key', { initialization: { prompts: [{ content: 'x' }], documents: [] } }],
  ['template-artifact', 'an unknown key', { resource: {} }],
  ['template-artifact', 'one delimiter instead of two', { delimiters: { output: ['<<'] } }],
  ['deployment-plan', 'a client that is no UUID', { clientId: 'bright-smile' }],
  ['deployment-plan', 'a hash that is too short', { planHash: 'abc' }],
  ['deployment-plan', 'an unknown action', { changes: [{ provider: 'retell', type: 'llm', name: 'brain', action: 'explode' }] }],
  ['deployment-plan', 'no targets', { targets: undefined }],
  ['deployment-record', 'an unknown status', { status: 'done' }],
  ['deployment-record', 'a provider without attempts', { providers: [{ provider: 'retell', status: 'success', links: [] }] }],
  ['deployment-record', 'a time without a zone', { createdAt: '2026-03-02T09:15:00' }],
  ['deployment-record', 'no correlation id', { correlationId: undefined }],
  ['deployment-record', 'an error without a code', { error: { message: 'x' } }],
  ['provider-link', 'no URL', { url: undefined }],
  ['provider-link', 'an empty external id', { external_id: '' }],
  ['provider-link', 'a token beside it', { access_token: 'x' }],
  ['resource-initialization-plan', 'an unknown table', { stages: [{ table: 'secrets', status: 'success', rows: [], written: 0, deleted: 0, writtenAt: null }] }],
  ['resource-initialization-plan', 'a row without a hash', { stages: [{ table: 'prompts', status: 'success', rows: [{ key: 'a' }], written: 0, deleted: 0, writtenAt: null }] }],
  ['resource-initialization-plan', 'no plan', { planId: undefined }],
]

test.each(bad)('a %s with %s does not pass', (name, _what, change) => {
  expect(validators[name](JSON.parse(JSON.stringify({ ...good[name], ...change })))).toBe(false)
})
