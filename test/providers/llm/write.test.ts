import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { llm } from '../../../providers/llm/index.ts'
import { writeLeaf, writeTexts } from '../../../providers/llm/write.ts'
import type { LeafRequest } from '../../../providers/llm/write.ts'
import type { ProviderError } from '../../../providers/provider.ts'
import { startSandbox } from '../../../sandboxes/kernel.ts'
import type { RunningSandbox } from '../../../sandboxes/kernel.ts'
import { llmSandbox } from '../../../sandboxes/llm.ts'
import { accountOf, says, scripted } from './server.ts'
import type { Answer, ScriptedServer } from './server.ts'

const leaf: LeafRequest = {
  pointer: '/resources/brain/spec/general_prompt',
  instruction: 'Write a greeting',
  maxLength: 80,
  variables: { company: 'Bright Smiles' },
  documents: [{ title: 'Hours', content: 'Mo-Fr 9-17' }],
}

const failure = async (work: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await work.then(() => undefined, (reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'ProviderError' })
  return error as ProviderError
}

describe('against the sandbox', () => {
  let sandbox: RunningSandbox
  const order = (path: string, body: object) => fetch(sandbox.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const journal = async () => (await (await fetch(`${sandbox.url}/__journal`)).json()) as { method: string; path: string; status: number }[]
  beforeAll(async () => { sandbox = await startSandbox(llmSandbox) })
  afterAll(() => sandbox.close())
  beforeEach(async () => { await order('/__reset', {}) })

  test.each(['json_schema', 'json_object', 'prompt'])('%s gives a text, the same for the same request', async (structuredOutput) => {
    const account = accountOf(sandbox.url, { structuredOutput })
    const text = await writeLeaf(account, leaf)
    expect(text).toMatch(/^Sandbox text/)
    expect(await writeLeaf(account, leaf)).toBe(text)
    expect(await writeLeaf(account, { ...leaf, variables: { company: 'Other' } })).not.toBe(text)
  })

  test('an origin gets /v1, an address with a path keeps its own', async () => {
    expect(await llm.check(accountOf(sandbox.url))).toEqual({ account: new URL(sandbox.url).host })
    expect(await llm.check(accountOf(`${sandbox.url}/v1`))).toEqual({ account: new URL(sandbox.url).host })
    expect((await failure(llm.check(accountOf(`${sandbox.url}/other`)))).details).toMatchObject({ status: 404, retryable: false })
  })

  test('a bad key is final', async () => {
    expect((await failure(llm.check(accountOf(sandbox.url, {}, 'sk-revoked')))).details).toMatchObject({ status: 401, retryable: false, vendorCode: 'invalid_api_key' })
  })

  test('no quota left is final, although it is a 429', async () => {
    const error = await failure(writeLeaf(accountOf(sandbox.url, {}, 'sk-no-quota'), leaf))
    expect(error.details).toMatchObject({ status: 429, retryable: false, vendorCode: 'insufficient_quota' })
    expect(error.message).toContain('exceeded your current quota')
  })

  test('a rate limit is retryable after the delay that the server asked for, and the client itself repeats nothing', async () => {
    await order('/__faults', { rate: 1, kinds: ['429'], retryAfterMs: 1_500 })
    expect((await failure(writeLeaf(accountOf(sandbox.url), leaf))).details).toMatchObject({ status: 429, retryable: true, retryAfterMs: 1_500 })
    expect(await journal()).toHaveLength(1)
  })

  test.each([['500', { status: 500 }], ['reset', {}]])('a %s is retryable and sent once', async (kind, details) => {
    await order('/__faults', { rate: 1, kinds: [kind] })
    expect((await failure(writeLeaf(accountOf(sandbox.url), leaf))).details).toMatchObject({ ...details, retryable: true })
    expect(await journal()).toHaveLength(1)
  })

  test('a server that knows no json_schema is a final error naming the setting; nothing else is tried', async () => {
    await order('/__faults', { refuseJsonSchema: true })
    const error = await failure(writeLeaf(accountOf(sandbox.url), leaf))
    expect(error.details).toMatchObject({ status: 400, retryable: false })
    expect(error.message).toContain('Set structuredOutput of this connection to json_object or prompt')
    expect(await journal()).toHaveLength(1)
    expect(await writeLeaf(accountOf(sandbox.url, { structuredOutput: 'json_object' }), leaf)).toMatch(/^Sandbox text/)
  })

  test('a model that declines is final', async () => {
    await order('/__faults', { refusal: true })
    const error = await failure(writeLeaf(accountOf(sandbox.url), leaf))
    expect(error.details).toMatchObject({ retryable: false, vendorCode: 'refusal' })
    expect(error.message).toContain(leaf.pointer)
  })

  test('several texts come back by pointer', async () => {
    const kept: string[][] = []
    const texts = await writeTexts(accountOf(sandbox.url), [leaf, { ...leaf, pointer: '/b', instruction: 'Write a farewell' }], {}, async (some) => { kept.push(Object.keys(some)) })
    expect(kept).toEqual([[leaf.pointer], [leaf.pointer, '/b']])
    expect(Object.keys(texts)).toEqual([leaf.pointer, '/b'])
    expect(texts['/b']).not.toBe(texts[leaf.pointer])
  })
})

describe('against a server that misbehaves', () => {
  let server: ScriptedServer
  afterEach(() => { server.close() })
  const write = async (answers: Answer[], config: Record<string, string> = {}, request = leaf): Promise<string> => {
    server = await scripted(...answers)
    return writeLeaf(accountOf(server.url, config), request)
  }
  const messages = (at: number) => server.asked[at]?.['messages'] as { role: string; content: string }[]

  test('the request carries the strict schema, the instruction, the variables and the documents', async () => {
    expect(await write([says({ text: 'Hello' })], {}, { ...leaf, model: 'other-model' })).toBe('Hello')
    expect(server.asked[0]).toMatchObject({
      model: 'other-model',
      max_completion_tokens: 4_096,
      response_format: { type: 'json_schema', json_schema: { strict: true, schema: { required: ['text'], additionalProperties: false } } },
    })
    expect(JSON.parse(messages(0)[1]?.content ?? '')).toEqual({ instruction: leaf.instruction, variables: leaf.variables, documents: leaf.documents })
  })

  test('a text that is too long is corrected once', async () => {
    expect(await write([says({ text: 'x'.repeat(81) }), says({ text: 'short' })])).toBe('short')
    expect(messages(1).slice(2)).toMatchObject([{ role: 'assistant' }, { role: 'user', content: expect.stringContaining('had 81 characters; at most 80') }])
  })

  test('characters are counted as people do, not as UTF-16', async () => {
    expect(await write([says({ text: '😀'.repeat(80) })])).toBe('😀'.repeat(80))
  })

  test.each<[string, unknown]>([
    ['too long twice', { text: 'x'.repeat(81) }],
    ['empty', { text: '' }],
    ['no JSON', 'Here is your text: hello'],
    ['in a code fence although JSON was asked for', '```json\n{"text":"x"}\n```'],
    ['with keys of its own', { text: 'fine', note: 'I also changed the voice' }],
    ['of another type', { text: 42 }],
    ['an object with a length that is none', { text: { length: { toString: 1 } } }],
  ])('an answer that is %s is final after one correction', async (_what, content) => {
    const error = await failure(write([says(content)]))
    expect(error.details).toMatchObject({ retryable: false, vendorCode: 'invalid_answer' })
    expect(server.asked).toHaveLength(2)
  })

  test('a code fence is taken off where nothing but words asked for JSON', async () => {
    expect(await write([says('```json\n{"text":"fenced"}\n```')], { structuredOutput: 'prompt' })).toBe('fenced')
    expect(server.asked[0]).not.toHaveProperty('response_format')
  })

  test('an answer that was cut is asked for once more with more tokens', async () => {
    expect(await write([says('{"te', { finish_reason: 'length' }), says({ text: 'whole' })], { tokenLimit: 'max_tokens' })).toBe('whole')
    expect(server.asked.map((body) => body['max_tokens'])).toEqual([4_096, 16_384])
  })

  test('an answer that is cut twice is final', async () => {
    const error = await failure(write([says('{"te', { finish_reason: 'length' })]))
    expect(error.details).toMatchObject({ retryable: false, vendorCode: 'length' })
    expect(server.asked).toHaveLength(2)
  })

  test('a content filter is final', async () => {
    expect((await failure(write([says('', { finish_reason: 'content_filter' })]))).details).toMatchObject({ retryable: false, vendorCode: 'content_filter' })
  })

  test('an answer that is no chat completion is final and doubts the address', async () => {
    expect((await failure(write([{ body: { hello: 'world' } }]))).message).toContain('is the address right?')
  })

  test.each<[number, boolean]>([[409, true], [503, true], [403, false], [422, false]])('%i is retryable: %s', async (status, retryable) => {
    const error = await failure(write([{ status, body: { error: { message: 'because', type: null, param: null, code: null } } }]))
    expect(error.details).toMatchObject({ status, retryable })
    expect(error.message).toBe(`llm answered ${status}: because`)
  })

  test.each<[string, Answer, object, string]>([
    ['a refusal of json_schema in other words', { status: 422, body: { error: { message: 'json_schema is not supported' } } }, { retryable: false }, 'Set structuredOutput'],
    ['an answer without a reason', { status: 400, body: undefined }, { retryable: false, status: 400 }, 'no reason given'],
    ['a quota that only the type names', { status: 429, body: { error: { message: 'pay', type: 'insufficient_quota' } } }, { retryable: false, vendorCode: 'insufficient_quota' }, 'pay'],
    ['a success that is no JSON', { body: undefined }, { retryable: false }, 'is the address right?'],
  ])('%s is told as it is', async (_what, given, details, said) => {
    const error = await failure(write([given]))
    expect(error.details).toMatchObject(details)
    expect(error.message).toContain(said)
  })

  test('an answer with nothing in it is corrected like a wrong one', async () => {
    const nothing = { body: { choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: null } }] } }
    expect(await write([nothing, says({ text: 'x' })], {}, { ...leaf, maxLength: 5 })).toBe('x')
  })

  test('without a limit any length is taken', async () => {
    const { maxLength: _none, ...unlimited } = leaf
    expect(await write([says({ text: 'x'.repeat(5_000) })], {}, unlimited)).toHaveLength(5_000)
    server.close()
    expect(await write([says({ text: 'y' })], { structuredOutput: 'prompt' }, unlimited)).toBe('y')
  })

  test('another provider\'s account is a mistake of ours', async () => {
    server = await scripted(says(''))
    const account = accountOf(server.url)
    await expect(writeLeaf({ ...account, connection: { ...account.connection, provider: 'n8n' } }, leaf)).rejects.toThrow('needs an llm connection, not n8n')
  })

  test('the organisation that the server names is the account', async () => {
    server = await scripted({ headers: { 'openai-organization': 'acme' }, body: { object: 'list', data: [] } })
    expect(await llm.check(accountOf(server.url))).toEqual({ account: 'acme' })
  })

  test('a server that is not there is retryable', async () => {
    server = await scripted(says(''))
    server.close()
    expect((await failure(writeLeaf(accountOf(server.url), leaf))).details.retryable).toBe(true)
  })

  test('an address in a private network is final where it is refused', async () => {
    server = await scripted(says({ text: 'x' }))
    const { createHttp } = await import('../../../providers/http.ts')
    const account = accountOf(server.url)
    const guarded = { ...account, client: llm.connect(account.connection, createHttp({ provider: 'llm', timeoutMs: 2_000, allowPrivateAddresses: false })) }
    expect((await failure(writeLeaf(guarded, leaf))).details).toMatchObject({ retryable: false, vendorCode: 'EPRIVATE' })
    expect(server.asked).toEqual([])
  })
})
