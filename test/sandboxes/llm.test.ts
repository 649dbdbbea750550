import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import OpenAI from 'openai'
import { startSandbox } from '../../sandboxes/kernel.ts'
import type { RunningSandbox } from '../../sandboxes/kernel.ts'
import { llmSandbox } from '../../sandboxes/llm.ts'

let sandbox: RunningSandbox
let openai: OpenAI

beforeAll(async () => {
  sandbox = await startSandbox(llmSandbox, {})
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: `${sandbox.url}/v1`, maxRetries: 0 })
})
afterAll(() => sandbox.close())
beforeEach(() => fetch(`${sandbox.url}/__reset`, { method: 'POST' }))

const messages = [{ role: 'user' as const, content: 'Write a greeting for Acme.' }]
const schema = {
  type: 'object',
  properties: {
    greeting: { type: 'string', maxLength: 12 },
    closing: { type: 'string', minLength: 60 },
    tone: { type: 'string', enum: ['warm', 'formal'] },
    kind: { const: 'voice' },
    note: { type: ['string', 'null'] },
    extra: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
    nothing: { type: 'null' },
    lines: { type: 'array', minItems: 2, items: { type: 'object', properties: { n: { type: 'integer', minimum: 5, maximum: 9 } }, required: ['n'], additionalProperties: false } },
  },
  required: ['greeting', 'closing', 'tone', 'kind', 'note', 'extra', 'nothing', 'lines'],
  additionalProperties: false,
}
const jsonSchema = (over: object = {}) => ({ type: 'json_schema' as const, json_schema: { name: 'texts', strict: true, schema, ...over } })
const isValid = new Ajv2020({ allowUnionTypes: true }).compile(schema)

const order = (faults: unknown) =>
  fetch(`${sandbox.url}/__faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(faults) })
const ask = async (over: object = {}) => {
  const { choices } = await openai.chat.completions.create({ model: 'gpt-test', messages, ...over } as OpenAI.ChatCompletionCreateParamsNonStreaming)
  return choices[0]?.message.content ?? ''
}
async function raw(body: unknown, key: string | undefined = 'sk-test') {
  const answer = await fetch(`${sandbox.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === '' ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as unknown }
}
const refusal = (status: number, error: object) => ({
  status,
  body: { error: { message: expect.any(String), type: 'invalid_request_error', param: null, code: null, ...error } },
})

test('equal requests get equal answers, others get others', async () => {
  const first = await ask()
  expect(await ask()).toBe(first)
  expect(await ask({ messages: [{ role: 'user', content: 'Something else' }] })).not.toBe(first)
  expect(await ask({ model: 'gpt-other' })).not.toBe(first)
})

test('a JSON schema is satisfied, lengths included', async () => {
  const content: unknown = JSON.parse(await ask({ response_format: jsonSchema() }))
  expect(isValid(content)).toBe(true)
})

test('json_object gives JSON, of a schema that the prompt spells out', async () => {
  const plain = await ask({ messages: [{ role: 'user', content: 'Answer in JSON' }], response_format: { type: 'json_object' } })
  expect(JSON.parse(plain)).toEqual({ answer: expect.any(String) })
  const prompt = `Answer in JSON {not this} by the schema ${JSON.stringify({ ...schema, description: 'a \\ and a "}"' })}. Thanks {}`
  const shaped = await ask({ messages: [{ role: 'system', content: [{ type: 'text', text: prompt }] }], response_format: { type: 'json_object' } })
  expect(isValid(JSON.parse(shaped))).toBe(true)
  expect(isValid(JSON.parse(await ask({ messages: [{ role: 'user', content: prompt }], response_format: { type: 'text' } })))).toBe(true)
})

test('an answer that is longer than allowed is cut and says so', async () => {
  const cut = await openai.chat.completions.create({ model: 'gpt-test', messages, max_completion_tokens: 2 })
  expect(cut.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'Sandbox ' } })
  expect(cut.usage).toMatchObject({ completion_tokens: 2 })
  expect((await openai.chat.completions.create({ model: 'gpt-test', messages })).choices[0]?.finish_reason).toBe('stop')
})

test('by order the model declines', async () => {
  await order({ refusal: true })
  const { choices } = await openai.chat.completions.create({ model: 'gpt-test', messages })
  expect(choices[0]?.message).toMatchObject({ content: null, refusal: expect.any(String) })
})

test('by order json_schema is refused as compatible servers do, and json_object is not', async () => {
  await order({ refuseJsonSchema: true })
  expect(await raw({ model: 'm', messages, response_format: jsonSchema() })).toEqual(refusal(400, { param: 'response_format' }))
  expect(await ask({ messages: [{ role: 'user', content: 'JSON please' }], response_format: { type: 'json_object' } })).toContain('{')
})

test.each([
  ['no key', '', 401, { code: 'invalid_api_key' }],
  ['a key of another shape', 'key_x', 401, { code: 'invalid_api_key' }],
  ['a revoked key', 'sk-revoked', 401, { code: 'invalid_api_key' }],
  ['a key without quota', 'sk-no-quota', 429, { type: 'insufficient_quota', code: 'insufficient_quota' }],
])('%s is refused', async (_what, key, status, error) => {
  expect(await raw({ model: 'm', messages }, key)).toEqual(refusal(status, error))
})

test.each([
  ['no JSON object', [], {}],
  ['no model', { messages }, { param: 'model' }],
  ['no messages', { model: 'm' }, { param: 'messages' }],
  ['empty messages', { model: 'm', messages: [] }, { param: 'messages' }],
  ['a message of an unknown role', { model: 'm', messages: [{ role: 'cook', content: 'x' }] }, { param: 'messages' }],
  ['a message without content', { model: 'm', messages: [{ role: 'user' }] }, { param: 'messages' }],
  ['streaming', { model: 'm', messages, stream: true }, { param: 'stream', code: 'unsupported_value' }],
  ['no room for tokens', { model: 'm', messages, max_tokens: 0 }, { param: 'max_completion_tokens' }],
  ['a format that is no object', { model: 'm', messages, response_format: 'json' }, { param: 'response_format' }],
  ['an unknown format', { model: 'm', messages, response_format: { type: 'xml' } }, { param: 'response_format' }],
  ['json_object without the word JSON', { model: 'm', messages, response_format: { type: 'json_object' } }, { param: 'messages' }],
  ['a schema without a name', { model: 'm', messages, response_format: jsonSchema({ name: undefined }) }, { param: 'response_format.json_schema.name' }],
  ['a name with a blank', { model: 'm', messages, response_format: jsonSchema({ name: 'a b' }) }, { param: 'response_format.json_schema.name' }],
  ['no schema', { model: 'm', messages, response_format: jsonSchema({ schema: undefined }) }, { param: 'response_format.json_schema.schema' }],
  ['a strict schema that is no object', { model: 'm', messages, response_format: jsonSchema({ schema: { type: 'string' } }) }, { param: 'response_format' }],
  ['a strict schema with an optional property', { model: 'm', messages, response_format: jsonSchema({ schema: { ...schema, required: [] } }) }, { param: 'response_format' }],
  ['an open strict schema', { model: 'm', messages, response_format: jsonSchema({ schema: { ...schema, additionalProperties: true } }) }, { param: 'response_format' }],
  [
    'an open object inside a strict schema',
    { model: 'm', messages, response_format: jsonSchema({ schema: { type: 'object', properties: { a: { type: 'object', properties: {} } }, required: ['a'], additionalProperties: false } }) },
    { param: 'response_format' },
  ],
])('%s is refused', async (_what, body, error) => {
  expect(await raw(body)).toEqual(refusal(400, error))
})

test('a schema that is not strict may be open', async () => {
  expect((await raw({ model: 'm', messages, response_format: jsonSchema({ strict: false, schema: { type: 'object', properties: { a: { type: 'string' } } } }) })).status).toBe(200)
})

test('models are listed, unknown paths are 404', async () => {
  expect((await openai.models.list()).data).toHaveLength(1)
  await expect(openai.embeddings.create({ model: 'm', input: 'x' })).rejects.toMatchObject({ status: 404, code: 'unknown_url' })
})

test('malformed JSON is refused in the shape of the vendor', async () => {
  const answer = await fetch(`${sandbox.url}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })
  expect({ status: answer.status, body: await answer.json() }).toEqual(refusal(400, {}))
})

test('the state shows what was asked, once per question', async () => {
  await ask()
  await ask()
  expect(await (await fetch(`${sandbox.url}/__state`)).json()).toMatchObject({
    resources: [{ type: 'completion', name: 'gpt-test', body: { messages, content: expect.any(String) } }],
  })
})

test('faults have the shape of the vendor', async () => {
  await order({ rate: 1, kinds: ['429'], retryAfterMs: 700 })
  await expect(ask()).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
  expect((await fetch(`${sandbox.url}/v1/models`)).headers.get('retry-after-ms')).toBe('700')
  await order({ rate: 1, kinds: ['500'] })
  await expect(ask()).rejects.toMatchObject({ status: 500, type: 'server_error' })
})
