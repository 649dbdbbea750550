import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { ActivityFailure, ApplicationFailure, RetryState } from '@temporalio/common'
import { ServiceError, WorkflowFailedError } from '@temporalio/client'
import { sql } from 'kysely'
import { problemOf } from '../../api/problem.ts'
import { toDomainError } from '../../api/errors.ts'
import { detailsOfRun, recordOfRun } from '../../api/running.ts'
import { openFeed } from '../../db/feed.ts'
import { type Harness, startHarness } from './harness.ts'

let api: Harness
beforeAll(async () => { api = await startHarness() })
afterAll(() => api.stop())

const failed = (cause: Error) => new WorkflowFailedError('failed', new ActivityFailure('activity', 'importTemplate', '1', RetryState.NON_RETRYABLE_FAILURE, undefined, cause), RetryState.NON_RETRYABLE_FAILURE)
const refusal = (type: string, ...details: unknown[]) => ApplicationFailure.create({ type, message: 'the message', nonRetryable: true, details })

test('what a stage refused is answered as it was refused', () => {
  const details = { code: '422.variables_invalid', message: 'Two are wrong', errors: [{ pointer: '/a', message: 'is wrong' }], extra: { planId: 'p' } }
  expect(problemOf(toDomainError(failed(refusal('422.variables_invalid', details))), 'c')).toEqual({
    type: 'urn:slipway:error:422.variables_invalid', title: expect.any(String), status: 422, code: '422.variables_invalid', detail: 'Two are wrong', errors: details.errors, correlationId: 'c', planId: 'p',
  })
  expect(toDomainError(failed(refusal('409.plan_exists')))).toMatchObject({ code: '409.plan_exists', message: 'the message' })
  expect(problemOf(toDomainError(failed(refusal('502.provider_error_acme'))), 'c')).toMatchObject({ status: 502, code: '502.provider_error_acme', title: 'The provider refused or could not be reached.' })
})

test.each([['a code that is none', 'TypeError'], ['a code that looks like one', '400.made_up']])('a stage that failed with %s is 500, and its words stay inside', (_what, type) => {
  expect(toDomainError(failed(refusal(type)))).toMatchObject({ code: '500.internal', message: expect.not.stringContaining('the message') })
})

const coded = (code: string) => Object.assign(new Error(code), { code })
test.each<[string, unknown]>([
  ['Temporal', new ServiceError('away')],
  ['a refused connection', coded('ECONNREFUSED')],
  ['a server that is stopping', coded('57P01')],
  ['a server that is full', coded('53300')],
  ['a pool that is empty', new Error('timeout exceeded when trying to connect')],
  ['every address of a name', new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')])],
])('%s that is away is 503', (_what, error) => {
  expect(toDomainError(error).code).toBe('503.unavailable')
})

test.each<[string, unknown]>([['a bug', new TypeError('x is undefined')], ['a constraint', coded('23505')], ['something that is no error', 'words'], ['nothing', undefined]])('%s is 500 without a word of it', (_what, error) => {
  expect(toDomainError(error)).toMatchObject({ code: '500.internal', message: expect.not.stringMatching(/undefined|23505|words/) })
})

test('a run that cannot be asked has no record and no details to name', async () => {
  expect([await recordOfRun(api.ctx, 'deploy:x'), await detailsOfRun(api.ctx, 'pipeline:x')]).toEqual([undefined, undefined])
})

test('without its database the service says so, and comes back with it', async () => {
  const away = await startHarness({ env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' } })
  try {
    expect((await away.ask('GET', '/health', { token: undefined })).body).toMatchObject({ status: 'degraded', database: 'unavailable', templates_count: null })
    const { status, headers, body } = await away.ask('GET', '/api/v1/clients')
    expect([status, headers.get('retry-after'), body]).toMatchObject([503, '5', { code: '503.unavailable' }])
    expect((await away.ask('GET', '/metrics', { token: undefined })).status).toBe(200)
  } finally {
    await away.stop()
  }
})

test('a listener that cannot connect tries again until it is closed', async () => {
  const feed = openFeed('postgres://nobody@127.0.0.1:1/nothing')
  let woken = 0
  const stop = feed.listen('x', () => { woken += 1 })
  await new Promise((resolve) => setTimeout(resolve, 600))
  stop()
  await feed.close()
  expect(woken).toBe(0)
})

test('the unexpected is 500 with nothing of it inside, and the log has it under the correlation id', async () => {
  await sql`alter table kb_documents rename to kb_documents_away`.execute(api.db)
  const correlation = randomUUID()
  const { status, text } = await api.ask('GET', '/api/v1/kb/documents', { headers: { 'x-correlation-id': correlation } })
  await sql`alter table kb_documents_away rename to kb_documents`.execute(api.db)
  expect(status).toBe(500)
  expect(text).not.toContain('kb_documents')
  expect(api.logged().find((line) => line['correlation_id'] === correlation && line['err'])).toMatchObject({ level: 50, err: { message: expect.stringContaining('kb_documents') } })
})

test('a client that hangs up while it sends is not answered, and nothing breaks', async () => {
  const { connect } = await import('node:net')
  const { hostname, port } = new URL(api.url)
  const socket = connect(Number(port), hostname)
  const token = await api.tokenOf('owner')
  socket.write(`POST /api/v1/clients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\nX-Correlation-Id: hung-up\r\n\r\n{"name":`)
  await new Promise((resolve) => setTimeout(resolve, 200))
  socket.destroy()
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(api.logged().find((line) => line['correlation_id'] === 'hung-up')).toMatchObject({ status: 499 })
  expect((await api.ask('GET', '/api/v1/clients')).status).toBe(200)
})
