import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { signSupabaseKey } from '../../sandboxes/supabase/jwt.ts'
import { startEchoingVendor } from '../support/echoing-vendor.ts'
import type { EchoingVendor } from '../support/echoing-vendor.ts'
import { startOtlpReceiver } from '../support/otlp.ts'
import type { OtlpReceiver } from '../support/otlp.ts'
import { spawnProduct } from '../support/processes.ts'
import type { Processes } from '../support/processes.ts'
import { startStack, supabaseSecret, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

const canary = (name: string): string => `canary-${name}-${randomBytes(8).toString('hex')}`
const encryptionKey = randomBytes(32)
const variables = { token: canary('token'), newToken: canary('new-token'), pin: canary('pin"quoted'), listed: canary('listed') }
const names = { jwt: canary('jwt-secret-of-32-characters-or-more'), retell: `key_${canary('retell')}`, n8n: `n8n-${canary('n8n')}`, llm: `sk-${canary('llm')}`, database: canary('database'), retried: canary('retried'), bad: canary('bad'), configured: canary('configured'), password: canary('password'), newPassword: canary('new-password'), wrong: canary('wrong-password') }
/** Somebody gives it in a signal, against the advice: it is then in that signal's place in the history, and may get no further. */
const signalled = canary('signalled')
const vendors = ['retell', 'n8n', 'ghl', 'supabase', 'llm'] as const

const template = `
variables:
  type: object
  required: [company, token, login]
  properties:
    company: { type: string, minLength: 1 }
    token: { type: string, writeOnly: true, minLength: 8 }
    login:
      type: object
      properties:
        pin: { type: string, writeOnly: true }
        more: { type: array, items: { type: string } }
resources:
  brain: { provider: retell, type: llm, spec: { start_speaker: agent, model: gpt-4.1, general_prompt: "You answer for \${{ variables.company }} with \${{ variables.token }}" } }
  key: { provider: n8n, type: credential, spec: { name: "\${{ variables.company }} key", type: httpHeaderAuth, data: { name: X-Token, value: "\${{ variables.login.pin }}" } } }
  flow:
    provider: n8n
    type: workflow
    spec:
      name: "\${{ variables.company }} flow"
      nodes: [{ id: 5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0a01, name: Start, type: n8n-nodes-base.manualTrigger, typeVersion: 1, position: [0, 0], parameters: { note: "Bearer \${{ variables.token }}", encoded: "Basic \${{ variables.token | base64_encode }}" } }]
      connections: {}
      settings: {}
  secretValue: { provider: ghl, type: customValue, spec: { name: "Token \${{ variables.company }}", value: "\${{ variables.token | upcase }}" } }
  secretTag: { provider: ghl, type: tag, spec: { name: "\${{ variables.login.more[0] }}" } }
initialization:
  prompts:
    - { key: greeting, content: "Use \${{ variables.token }}" }
    - { key: welcome, content: { x-llm: { instruction: "Welcome the callers of \${{ variables.company }}" } } }
  documents: [{ key: pins, content: "Pins", metadata: { pin: "\${{ variables.login.pin }}" } }]
`

let stack: TestStack
let receiver: OtlpReceiver
let product: Processes
let ghlToken: string
let serviceKey: string
let secrets: Record<string, string>
const echoing = {} as Record<(typeof vendors)[number], EchoingVendor>
/** What existed at the vendors before it was taken back. */
let received: string
/** What a parked run answers to those who ask it in Temporal: its state, and its details as they are now. */
const queried: string[] = []
/** Everything that a caller of the API was told. */
const answers: string[] = []

async function call<T = Record<string, never>>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: T }> {
  const answer = await product.call<T>(method, path, body, headers)
  answers.push(`${method} ${path} ${JSON.stringify([...answer.headers])} ${JSON.stringify(answer.body)}`)
  return answer
}

const connect = (): Promise<unknown> => Promise.all([
  { provider: 'retell', secrets: { apiKey: names.retell } },
  { provider: 'n8n', secrets: { apiKey: names.n8n } },
  { provider: 'ghl', config: { locationId: stack.locationId }, secrets: { token: ghlToken } },
  { provider: 'supabase', secrets: { serviceKey, databaseUrl: `postgresql://someone:${names.database}@127.0.0.1:9/postgres` } },
  { provider: 'llm', config: { model: 'sandbox-1', structuredOutput: 'json_object' }, secrets: { apiKey: names.llm } },
].map(async (connection) => {
  const { status, body } = await call<{ id: string }>('POST', '/api/v1/connections', { baseUrl: echoing[connection.provider as 'n8n'].url, ...connection })
  expect(status).toBe(200)
  return body
}))

const ended = (recordId: string) => until(() => call<{ status: string }>('GET', `/api/v1/deployments/${recordId}`), ({ body }) => body.status === 'success' || body.status === 'failed')

beforeAll(async () => {
  receiver = await startOtlpReceiver()
  stack = await startStack()
  ghlToken = `pit-sandbox-${stack.locationId}`
  serviceKey = signSupabaseKey(supabaseSecret, 'service_role')
  secrets = { ...variables, ...names, upper: variables.token.toUpperCase(), ghlToken, serviceKey: serviceKey.split('.')[2] ?? '', encryptionKey: encryptionKey.toString('base64') }
  for (const vendor of vendors) echoing[vendor] = await startEchoingVendor(stack.sandboxes[vendor])
  product = await spawnProduct(stack, {
    JWT_SECRET: names.jwt, ENCRYPTION_KEY: encryptionKey.toString('base64'), ENCRYPTION_OLD_KEYS: stack.config.encryption.key,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, PROVIDER_ATTEMPTS: '2', LOG_LEVEL: 'trace',
  })
}, 120_000)

afterAll(async () => {
  await product.stop()
  await stack.close()
  await receiver.close()
  for (const vendor of Object.values(echoing)) await vendor.close()
})

const refuseAll = (order: Parameters<EchoingVendor['refuse']>[0]): void => { for (const vendor of vendors) echoing[vendor].refuse(order) }

/** What the stream of a record's events tells in its first half second. */
async function follow(recordId: string): Promise<void> {
  const { body } = await fetch(`${product.url}/api/v1/deployments/${recordId}/events`, { headers: { authorization: `Bearer ${await product.token()}` }, signal: AbortSignal.timeout(500) })
  let told = ''
  try {
    for await (const chunk of body ?? []) told += Buffer.from(chunk).toString()
  } catch (error) {
    // A parked record's stream does not end by itself.
    if ((error as Error).name !== 'TimeoutError') throw error
  }
  expect(told).toContain('event: step.parked')
  answers.push(told)
}

/** A template's whole life, every vendor failing once in each way; what it was told is kept. */
async function live(): Promise<void> {
  await connect()
  const { items } = (await call<{ items: { id: string }[] }>('GET', '/api/v1/connections?limit=100')).body
  for (const { id } of items) {
    refuseAll({ status: 401 })
    expect((await call<{ ok: boolean }>('POST', `/api/v1/connections/${id}/test`)).body).toMatchObject({ ok: false })
    refuseAll(undefined)
    await call('POST', `/api/v1/connections/${id}/test`)
  }

  const { templateId } = (await call<{ templateId: string }>('POST', '/templates/import', { kind: 'project', name: 'secretive', content: template })).body
  const { id: clientId } = (await call<{ id: string }>('POST', '/api/v1/clients', { name: 'Careful' })).body
  const login = { pin: variables.pin, more: [variables.listed] }
  const given = { company: 'Careful', token: variables.token, login }
  await call('POST', `/templates/${templateId}/customize`, { variables: given, useLlm: true, dryRun: true })
  refuseAll({ status: 400 })
  expect((await call('POST', `/templates/${templateId}/customize`, { variables: { ...given, company: 'Refused' }, useLlm: true })).status).toBe(502)
  refuseAll(undefined)
  const customized = await call<{ instanceId: string }>('POST', `/templates/${templateId}/customize`, { variables: given, useLlm: true }, { 'idempotency-key': 'canary-1' })
  expect(customized.status).toBe(201)
  const { instanceId } = customized.body
  const targets = ['retell', 'n8n', 'ghl']
  refuseAll({ status: 500 })
  const planned = await call<{ planId: string; changes: { action: string }[] }>('POST', `/templates/${templateId}/plan`, { clientId, targets, instanceId })
  expect(planned.body.changes.map(({ action }) => action)).toEqual(Array(5).fill('unknown'))
  const { planId } = planned.body
  refuseAll({ status: 422, as: 'text' })
  expect((await call('POST', `/templates/${templateId}/resources`, { planId })).status).toBe(502)
  refuseAll(undefined)
  expect((await call('POST', `/templates/${templateId}/resources`, { planId })).status).toBe(201)

  const deploy = async (): Promise<string> => {
    const { status, body } = await call<{ recordId: string }>('POST', `/templates/${templateId}/deploy`, { planId })
    expect(status).toBe(202)
    return body.recordId
  }
  for (const order of [{ status: 500, method: 'POST' }, { status: 400, method: 'POST' }, { status: 422, as: 'text' }] as const) {
    refuseAll(order)
    const recordId = await deploy()
    expect((await ended(recordId)).body).toMatchObject({ status: 'failed' })
    const { body } = await call<{ items: { provider: string; message: string }[] }>('GET', '/api/v1/dead-letters?status=parked')
    expect(body.items.map(({ provider }) => provider).sort()).toEqual(['ghl', 'n8n', 'retell'])
    // Not every adapter quotes what is not JSON.
    if (!('as' in order)) for (const { message } of body.items) expect(message).toContain('[redacted]')
    await call('GET', `/api/v1/deployments/${recordId}/logs?limit=100`)
    await follow(recordId)
    expect((await call<{ errors: unknown }>('POST', `/api/v1/deployments/${recordId}/retry`, { input: { token: names.retried } })).status).toBe(422)
  }
  await signalASecret(planId)
  refuseAll(undefined)
  const recordId = await deploy()
  expect((await ended(recordId)).body).toMatchObject({ status: 'success' })
  await call('GET', `/templates/${templateId}/links?planId=${planId}`)

  // Other secrets in place of those that are there.
  const replaced = await call<{ changes: { action: string; fields?: object[] }[] }>('POST', `/templates/${templateId}/plan`, { clientId, targets, instanceId, variables: { token: variables.newToken }, replace: true })
  expect(replaced.status).toBe(200)
  expect(replaced.body.changes.map(({ action }) => action).filter((action) => action === 'update')).toHaveLength(3)
  expect((await ended(await deploy())).body).toMatchObject({ status: 'success' })
  for (const path of [`plans/${planId}`, `deployments/${recordId}`, 'deployments', 'audit?limit=100', 'connections', `templates/${templateId}`, 'dead-letters?status=all']) await call('GET', `/api/v1/${path}`)

  await call('POST', '/api/v1/pipelines', { templateId, client: { name: 'Swift' }, variables: { ...given, company: 'Swift' }, useLlm: true, targets })
    .then(({ body }) => until(() => call<{ status: string }>('GET', `/api/v1/pipelines/${(body as unknown as { pipelineId: string }).pipelineId}`), (pipeline) => pipeline.body.status !== 'running'))
    .then(({ body }) => { expect(body).toMatchObject({ status: 'success' }) })
  received = JSON.stringify(await Promise.all((['retell', 'n8n', 'ghl', 'supabase'] as const).map((vendor) => stack.state(vendor))))
  refuseAll({ status: 400, method: 'DELETE' })
  const undeploy = async () => (await call<{ recordId: string }>('POST', `/api/v1/plans/${planId}/undeploy`, { destroy: true })).body.recordId
  expect((await ended(await undeploy())).body).toMatchObject({ status: 'failed' })
  refuseAll(undefined)
  expect((await ended(await undeploy())).body).toMatchObject({ status: 'success' })

  await account()
  await badRequests(templateId, clientId)
  for (const path of ['/openapi.json', '/docs', '/metrics', '/health', '/ready']) await call('GET', path)
  answers.push(await (await fetch(product.metrics.worker)).text())
}

/** Users, a key and an invitation: what is shown once is asked for here beside what is kept of all answers, and everything after it is kept. */
async function account(): Promise<void> {
  const once = async <T>(path: string, body: object, status = 201): Promise<T> => {
    const answer = await product.call<T>('POST', `/api/v1${path}`, body)
    expect([path, answer.status]).toEqual([path, status])
    return answer.body
  }
  type Tokens = { accessToken: string; refreshToken: string }
  const { password, newPassword, wrong } = names
  const email = 'careful@agency.example'
  await call('POST', '/api/v1/users', { email, roles: ['operator'], password })
  expect((await call('POST', '/api/v1/auth/login', { tenant: 'default', email, password: wrong })).status).toBe(401)
  const first = await once<Tokens>('/auth/login', { tenant: 'default', email, password }, 200)
  const second = await once<Tokens>('/auth/refresh', { refreshToken: first.refreshToken }, 200)
  const changed = await product.call<Tokens>('POST', '/api/v1/auth/password', { currentPassword: password, newPassword }, { authorization: `Bearer ${second.accessToken}` })
  expect(changed.status).toBe(200)
  const { key } = await once<{ key: string }>('/api-keys', { name: 'ci', permissions: ['template:read', 'template:write', 'template:import'] })
  const { link } = await once<{ link: string }>('/invitations', { email: 'new@agency.example', roles: ['viewer'] })
  const third = await once<Tokens>('/auth/invitation', { token: link.split('#')[1], password: names.password })
  // With a key, by way of Temporal.
  expect((await call('POST', '/templates/import', { kind: 'project', name: 'by-key', content: template }, { authorization: `Bearer ${key}` })).status).toBe(201)
  for (const [at, { accessToken, refreshToken }] of [first, second, changed.body, third].entries()) Object.assign(secrets, { [`access ${String(at)}`]: accessToken.split('.')[2], [`refresh ${String(at)}`]: refreshToken.slice(-43) })
  Object.assign(secrets, { key: key.slice(-43), link: link.slice(-43) })
  expect((await call('POST', '/api/v1/auth/refresh', { refreshToken: first.refreshToken })).status).toBe(401)
  await call('POST', '/api/v1/auth/logout', { refreshToken: third.refreshToken })
  for (const path of ['auth/me', 'users', 'api-keys', 'invitations', 'audit?limit=100']) await call('GET', `/api/v1/${path}`)
}

/** A parked run refuses it, and says so without it. */
async function signalASecret(planId: string): Promise<void> {
  await stack.temporal('workflow', 'signal', '--workflow-id', `deploy:${planId}`, '--name', 'retry', '--input', JSON.stringify({ provider: 'n8n', input: { token: signalled } }))
  for (const type of ['progress', 'status', '__temporal_workflow_metadata']) queried.push(await stack.temporal('workflow', 'query', '--workflow-id', `deploy:${planId}`, '--type', type, '-o', 'json'))
  const { body } = await call<{ items: { status: string }[] }>('GET', '/api/v1/dead-letters?status=parked')
  expect(body.items.length).toBeGreaterThan(0)
}

/** Secrets where they do not fit. */
async function badRequests(templateId: string, clientId: string): Promise<void> {
  const { bad } = names
  const refused = async (method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<void> => {
    expect((await call(method, path, body, headers)).status).toBeGreaterThanOrEqual(400)
  }
  await refused('POST', `/templates/${templateId}/customize`, { variables: { company: 'x', token: bad.slice(0, 3), login: bad } })
  await refused('POST', `/templates/${templateId}/customize`, { variables: { company: 'x', token: [bad], login: { pin: { bad } } } })
  await refused('POST', `/templates/${templateId}/plan`, { clientId, targets: ['retell'], variables: { token: { bad } } })
  await refused('POST', `/templates/${templateId}/customize`, `{"variables": {"token": ${bad}}}`)
  await refused('POST', `/templates/${templateId}/customize`, bad)
  await refused('POST', '/api/v1/connections', { provider: 'retell', secrets: { apiKey: [bad] } })
  await refused('POST', '/api/v1/connections', { provider: 'retell', secrets: { key: bad } })
  await refused('POST', '/api/v1/connections', { provider: 'supabase', baseUrl: echoing.supabase.url, secrets: { serviceKey: bad, databaseUrl: `mysql://x:${bad}@y/z` } })
  await refused('POST', '/api/v1/connections', { provider: 'retell', secrets: bad })
  await refused('GET', '/api/v1/clients', undefined, { authorization: `Bearer ${bad}` })
  await refused('GET', '/api/v1/clients', undefined, { authorization: `Basic ${bad}` })
}

/** Every row of every table, once as text and once with its binary columns decoded. */
async function dumpDatabase(): Promise<string> {
  const client = new pg.Client({ connectionString: stack.databaseUrl })
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`)
    expect(tables.length).toBeGreaterThan(15)
    const lines: string[] = []
    for (const { name } of tables) {
      const { rows } = await client.query<Record<string, unknown>>(`select t.*, t::text as whole from ${name} as t`)
      lines.push(...rows.map((row) => `${name} ${JSON.stringify(row)} ${Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : '')).join(' ')}`))
    }
    return lines.join('\n')
  } finally {
    await client.end()
  }
}

interface Execution { execution: { workflowId: string; runId: string } }

/** Every history, with its payloads decoded, and what describe and list say. */
async function dumpTemporal(): Promise<string> {
  const listed = await stack.temporal('workflow', 'list', '-o', 'json', '--limit', '500')
  const executions = JSON.parse(listed) as Execution[]
  expect(executions.length).toBeGreaterThan(20)
  const texts = [listed]
  for (const { execution: { workflowId, runId } } of executions) {
    const id = ['--workflow-id', workflowId, '--run-id', runId]
    texts.push(await stack.temporal('workflow', 'show', ...id, '-o', 'json'), await stack.temporal('workflow', 'describe', ...id, '-o', 'json'))
  }
  return withDecoded(texts).join('\n')
}

const withDecoded = (texts: readonly string[]): string[] => [...texts, ...texts.flatMap((text) => [...text.matchAll(/"data":\s*"([A-Za-z0-9+/=]+)"/g)].map(([, data = '']) => Buffer.from(data, 'base64').toString()))]

/** Every spelling that a leak could have. */
const spellings = (secret: string): string[] => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, ''), Buffer.from(secret).toString('hex')]

const leaksIn = (text: string, of: Record<string, string> = secrets): string[] =>
  Object.entries(of).flatMap(([name, secret]) => spellings(secret).flatMap((spelling) => {
    const at = text.indexOf(spelling)
    return at < 0 ? [] : [`${name}: …${text.slice(Math.max(0, at - 200), at + spelling.length + 20)}…`]
  }))

test('secrets reach the vendors, and nothing else, from import to undeploy, whatever the vendors quote', async () => {
  await live()
  for (const vendor of vendors) expect(echoing[vendor].refused()).toBeGreaterThan(0)
  // Exported half a second after the last span ended.
  await until(() => Promise.resolve([...new Set(receiver.spans.map(({ name }) => name))]), (spans) => spans.includes('RunWorkflow:undeployPlan'))
  const places = {
    'the answers of the API, its stream, previews, documents and metrics': answers.join('\n'),
    'the log of the API': product.said.api.join('\n'),
    'the log of the worker': product.said.worker.join('\n'),
    'the traces': Buffer.concat(receiver.bodies.map(({ bytes }) => bytes)).toString('latin1'),
    'the histories in Temporal': await dumpTemporal(),
    'the queries of the runs': withDecoded(queried).join('\n'),
    'the database': await dumpDatabase(),
    'the journals of the sandboxes': JSON.stringify(await Promise.all(vendors.map((vendor) => stack.journal(vendor)))),
  }
  for (const [place, text] of Object.entries(places)) expect({ place, long: text.length > (place.startsWith('the queries') ? 300 : 1_000) }).toEqual({ place, long: true })
  expect(Object.fromEntries(Object.entries(places).map(([place, text]) => [place, leaksIn(text)]))).toEqual(Object.fromEntries(Object.keys(places).map((place) => [place, []])))
  // What was sent by signal stands in the history of that one run, and nowhere else.
  const { 'the histories in Temporal': histories, ...others } = places
  expect(leaksIn(histories, { signalled }).length).toBeGreaterThan(0)
  expect(Object.entries(others).flatMap(([place, text]) => leaksIn(text, { signalled }).map((leak) => `${place}: ${leak}`))).toEqual([])
}, 240_000)

test('the vendors have received the secrets: the search would find them', () => {
  const found = leaksIn(received).map((leak) => leak.slice(0, leak.indexOf(':')))
  expect(found).toEqual(expect.arrayContaining(['token', 'newToken', 'pin', 'listed', 'upper']))
})

test('what the model was asked holds no secret', async () => {
  expect(await stack.state('llm')).not.toEqual([])
  expect(leaksIn(JSON.stringify(await stack.state('llm')))).toEqual([])
})

test.each(['api', 'worker'])('bad settings of the %s are named without their values', async (name) => {
  const { configured } = names
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../../bin/${name}.ts`, import.meta.url))], {
    env: { PATH: process.env['PATH'], DATABASE_URL: configured, JWT_SECRET: configured.slice(0, 31), ENCRYPTION_KEY: configured, TEMPORAL_API_KEY: configured, PARKED_DAYS: configured, TEMPORAL_ADDRESS: configured },
  })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => { said.push(chunk) })
  child.stderr.on('data', (chunk: Buffer) => { said.push(chunk) })
  const [code] = await once(child, 'close') as [number]
  const text = Buffer.concat(said).toString()
  expect(code).toBe(1)
  for (const variable of ['DATABASE_URL', 'JWT_SECRET', 'ENCRYPTION_KEY']) expect(text).toContain(variable)
  expect(text).not.toContain(configured.slice(0, 31))
})
