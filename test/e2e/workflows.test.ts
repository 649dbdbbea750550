import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { StepRun, WorkflowRun } from '../../contracts/workflows.ts'
import { derivedId } from '../../db/ids.ts'
import { whileUnfinished, withLocked } from '../support/database.ts'
import { historyOf, replay } from '../support/histories.ts'
import { whileLost } from '../support/lost-writes.ts'
import { shared } from '../support/shared.ts'
import { deploy, importContent, importSmall, planFor, quickRetries, settled } from '../support/small-plan.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

interface Received { method: string; path: string; headers: IncomingHttpHeaders; body: unknown }
type Problem = { code: string; detail: string; errors?: { pointer: string; message: string }[] }

let stack: TestStack
let server: Server
let url: string
let received: Received[] = []
/** The next answers of the server; 200 and what was sent when none is left. */
let answers: { status: number; text?: string }[] = []

beforeAll(async () => {
  server = createServer((request, answer) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      received.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: text === '' ? undefined : JSON.parse(text) })
      const { status, text: said } = answers.shift() ?? { status: 200 }
      answer.writeHead(status, { 'content-type': 'application/json' }).end(said ?? JSON.stringify({ said: request.headers.authorization ?? request.url }))
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  stack = await startStack({ supabase: false, env: { ...quickRetries, PROVIDER_ATTEMPTS: '1' } })
}, 120_000)
afterAll(async () => {
  await stack.close()
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  received = []
  answers = []
})

let count = 0
const define = async (steps: object[], inputs?: object): Promise<string> => {
  const answer = await stack.call<{ name: string } & Problem>('POST', '/api/v1/workflows', { definition: { name: `flow-${String(count++)}`, steps, ...(inputs ? { inputs } : {}) } })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.name
}
const execute = (name: string, body: object = {}, options = {}) => stack.call<{ runId: string } & Problem>('POST', `/api/v1/workflows/${name}/execute`, body, options)
const read = async (runId: string): Promise<WorkflowRun> => (await stack.call<WorkflowRun>('GET', `/api/v1/workflows/runs/${runId}`)).body
const ended = (runId: string, seconds = 40) => until(() => read(runId), ({ status }) => status !== 'running', seconds)
const waiting = (runId: string, step: string) => until(() => read(runId), (run) => stepOf(run, step).status === 'waiting' || (stepOf(run, step).items?.waiting.length ?? 0) > 0)
const decide = (runId: string, body: object, token?: string) => stack.call<Problem>('POST', `/api/v1/workflows/runs/${runId}/decide`, body, token === undefined ? {} : { token })
const stepOf = ({ steps }: WorkflowRun, id: string): StepRun => steps.find((step) => step.id === id) as StepRun
const statuses = ({ steps }: WorkflowRun) => Object.fromEntries(steps.map(({ id, status }) => [id, status]))
const run = async (steps: object[], input: object = {}, inputs?: object): Promise<WorkflowRun> => {
  const started = await execute(await define(steps, inputs), { input })
  if (started.status !== 202) throw new Error(JSON.stringify(started.body))
  return ended(started.body.runId)
}
const request = (id: string, more: { with?: object } & Record<string, unknown> = {}) => ({ id, uses: 'http.request', ...more, with: { url: `${url}/${id}`, ...more.with } })
const pause = (id: string, more: object = {}) => ({ id, uses: 'sleep', with: { seconds: 0 }, ...more })
const review = (id: string, more: object = {}) => ({ id, uses: 'approval.wait', ...more })
/** More than one history holds. */
const manyItems = Array.from({ length: 450 }, (_, index) => index)
const historiesOf = async (runId: string) => JSON.parse(await stack.temporal('workflow', 'list', '--query', `WorkflowId="workflow-run:${runId}"`, '-o', 'json')) as { execution: { runId: string }; historyLength: string }[]
/** Today's code does the same over each. */
const replayAll = async (runId: string): Promise<void> => {
  for (const { execution } of await historiesOf(runId)) await replay('runDefinition', await historyOf(stack, `workflow-run:${runId}`, execution.runId), { codePath: shared().bundleFile })
}
const auditOf = async (runId: string) => (await stack.call<{ items: { action: string; actor: string; data: object }[] }>('GET', `/api/v1/audit?subject=${runId}&sort=asc`)).body.items.map(({ action, actor }) => `${action} ${actor}`)

describe('the example of docs/workflows.md', () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(new URL('../../docs/workflows.md', import.meta.url), 'utf8')) ?? []
  let input: { template: string; clientId: string; company: string; tell: string[]; review?: boolean }
  beforeAll(async () => {
    expect((await stack.call('POST', '/api/v1/workflows', { definition: example })).status).toBe(201)
    const client = await stack.call<{ id: string }>('POST', '/api/v1/clients', { name: 'Example' })
    input = { template: await importSmall(stack, 'example'), clientId: client.body.id, company: 'Bright', tell: [`${url}/one`, `${url}/two`] }
  })

  test('deploys after somebody has approved, and tells', async () => {
    const { status, body: { runId }, headers } = await execute('onboard-client', { input })
    expect([status, headers.get('location')]).toEqual([202, `/api/v1/workflows/runs/${runId}`])
    expect(statuses(await waiting(runId, 'review'))).toMatchObject({ customize: 'success', plan: 'success', review: 'waiting', deploy: 'pending' })
    expect((await decide(runId, { step: 'review', decision: 'approve' }, await stack.token('operator'))).status).toBe(403)
    expect((await decide(runId, { step: 'review', decision: 'approve', reason: 'fine' }, await stack.token('approver'))).status).toBe(202)
    const done = await ended(runId)
    expect([done.status, statuses(done)]).toEqual(['success', { customize: 'success', plan: 'success', review: 'success', deploy: 'success', links: 'success', announce: 'success', complain: 'skipped' }])
    expect(stepOf(done, 'review').output).toEqual({ by: 'approver@test', reason: 'fine' })
    const { recordId } = stepOf(done, 'deploy').output as { recordId: string }
    expect((await stack.call('GET', `/api/v1/deployments/${recordId}`)).body).toMatchObject({ status: 'success', correlationId: done.correlationId, requestedBy: 'owner@test' })
    const { links } = stepOf(done, 'links').output as { links: { provider: string }[] }
    expect(links.map(({ provider }) => provider)).toEqual(['retell'])
    expect(received.map(({ path }) => path).sort()).toEqual(['/one', '/two'])
    expect(received[0]).toMatchObject({ method: 'POST', body: { company: 'Bright', links }, headers: { 'idempotency-key': expect.stringContaining(`${runId}/announce/`) as unknown } })
    expect(stepOf(done, 'announce').items).toEqual({ total: 2, success: 2, failed: 0, waiting: [] })
    expect(await auditOf(runId)).toEqual(['workflow_run.started owner@test', 'workflow_run.approved approver@test'])
  })

  test('complains when the deployment parks, and a rerun takes the parked one\'s place', async () => {
    await stack.faults('retell', { rate: 1, kinds: ['500'] })
    let failed: WorkflowRun
    try {
      const { body: { runId } } = await execute('onboard-client', { input: { ...input, company: 'Broken', review: false } })
      failed = await ended(runId)
    } finally {
      await stack.faults('retell', { rate: 0 })
    }
    expect(failed).toMatchObject({ status: 'failed', error: { code: '502.provider_error_retell', message: expect.stringMatching(/^Step deploy: /) as unknown } })
    expect(statuses(failed)).toEqual({ customize: 'success', plan: 'success', review: 'skipped', deploy: 'failed', links: 'skipped', announce: 'skipped', complain: 'success' })
    expect(received.map(({ body }) => body)).toEqual([0, 1].map(() => ({ company: 'Broken', error: expect.stringContaining('500') as unknown })))
    const again = await stack.call<{ runId: string }>('POST', `/api/v1/workflows/runs/${failed.id}/rerun`, { input: { tell: [`${url}/three`] } })
    expect(again.status).toBe(202)
    const done = await ended(again.body.runId)
    expect(done).toMatchObject({ status: 'success', rerunOf: failed.id, input: { company: 'Broken', tell: [`${url}/three`] } })
    expect([stepOf(done, 'customize').kept, stepOf(done, 'plan').output, stepOf(done, 'deploy').kept]).toEqual([true, stepOf(failed, 'plan').output, undefined])
    expect(received.at(-1)).toMatchObject({ path: '/three' })
  })
})

test('a workflow keeps the secrets of a client\'s plan, as far as the newest version has them', async () => {
  const template = (...secrets: string[]) => `
variables: { type: object, required: [company, ${secrets.join(', ')}], properties: { company: { type: string }, ${secrets.map((name) => `${name}: { type: string, writeOnly: true }`).join(', ')} } }
resources: { key: { provider: n8n, type: credential, spec: { name: "\${{ variables.company }}", type: httpBearerAuth, data: { token: "${secrets.map((name) => `\${{ variables.${name} }}`).join(' ')}" } } } }`
  const id = await importSmall(stack, 'secrets', template('token', 'retired'))
  const { clientId } = await planFor(stack, id, 'keeps', ['n8n'], { token: 'first', retired: 'r' })
  expect((await stack.call('POST', '/templates/import', { ...importContent('secrets', template('token')), force: true })).status).toBe(201)
  const keep = async (more: object) => stepOf(await run([{ id: 'a', uses: 'templates.customize', with: { template: 'secrets', ...more } }]), 'a')
  const instanceOf = async (token: string) => (await stack.call<{ instanceId: string }>('POST', `/templates/${id}/customize`, { variables: { company: 'keeps', token } })).body.instanceId
  expect((await keep({ variables: { company: 'keeps' } })).error).toMatchObject({ code: '422.variables_invalid' })
  expect((await keep({ variables: { company: 'keeps' }, secretsOf: clientId })).output).toMatchObject({ instanceId: await instanceOf('first') })
  expect((await keep({ variables: { company: 'keeps', token: 'second' }, secretsOf: clientId })).output).toMatchObject({ instanceId: await instanceOf('second') })
  const stranger = await stack.call<{ id: string }>('POST', '/api/v1/clients', { name: 'without plan' })
  expect((await keep({ variables: { company: 'keeps' }, secretsOf: stranger.body.id })).error).toMatchObject({ code: '422.variables_invalid' })
  // By rules of their own, drafts could find out what a secret is.
  const draft = await stack.call<{ version: string; status: string }>('PUT', `/api/v1/templates/${id}`, { content: template('token').replace('writeOnly: true', 'writeOnly: true, pattern: "^f"') }, { token: await stack.token('editor') })
  expect(draft).toMatchObject({ status: 201, body: { status: 'draft' } })
  expect((await keep({ variables: { company: 'keeps' }, secretsOf: clientId, version: draft.body.version })).error).toMatchObject({ code: '409.version_draft' })
})

describe('a run', () => {
  test('runs at once what needs nothing of each other, and passes values on with their types', async () => {
    const both = await run([review('a'), review('b')].map((step) => ({ ...step, with: { timeoutMinutes: 0.02 }, onFailure: 'continue' })))
    expect(statuses(both)).toEqual({ a: 'failed', b: 'failed' })
    expect(both).toMatchObject({ status: 'success' })
    expect(stepOf(both, 'a').error).toEqual({ code: '504.approval_expired', message: 'Nobody decided in time' })
    answers = [{ status: 200, text: '{"list":[1,{"n":2}],"ok":false}' }]
    const done = await run([
      request('ask'), pause('no', { needs: ['ask'], if: '${{ steps.ask.output.body.ok }}' }),
      request('send', { needs: ['no', 'ask'], if: '${{ inputs.count > 3 }}', with: { method: 'PUT', headers: { 'x-run': '${{ run.id }}' }, body: { list: '${{ steps.ask.output.body.list }}', text: 'no is ${{ steps.no.status }}', count: '${{ inputs.count }}' } } }),
    ], {}, { type: 'object', properties: { count: { type: 'integer', default: 4 } } })
    expect(statuses(done)).toEqual({ ask: 'success', no: 'skipped', send: 'success' })
    expect(received[1]).toMatchObject({ method: 'PUT', headers: { 'x-run': done.id }, body: { list: [1, { n: 2 }], text: 'no is skipped', count: 4 } })
    expect(stepOf(done, 'ask').output).toEqual({ status: 200, body: { list: [1, { n: 2 }], ok: false } })
  })

  test('stops at a failure, tries again what is to be tried again, and no more', async () => {
    answers = [{ status: 503 }, { status: 503 }]
    const again = await run([request('a', { with: { method: 'POST' }, retry: { attempts: 3, initialSeconds: 0.1 } })])
    expect(again.status).toBe('success')
    expect(new Set(received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    expect(received).toHaveLength(3)
    received = []
    answers = [{ status: 503 }]
    const once = await run([request('a', { with: { method: 'POST' } }), pause('b', { needs: ['a'] })])
    expect(once).toMatchObject({ status: 'failed', error: { code: '502.provider_error_http', message: expect.stringMatching(/^Step a: http answered 503/) as unknown } })
    expect([statuses(once), received.length]).toEqual([{ a: 'failed', b: 'skipped' }, 1])
    const found = (status: string, id: string) => until(() => stack.temporal('workflow', 'list', '--query', `WorkflowType="runDefinition" AND SlipwayStatus="${status}"`), (text) => text.includes(id), 10)
    expect(await found('failed', once.id)).not.toContain(again.id)
    expect(await found('success', again.id)).not.toContain(once.id)
    answers = [{ status: 404 }]
    expect((await run([request('a', { retry: {} })])).status).toBe('failed')
    expect(received).toHaveLength(2)
  })

  test('fails a step whose values do not fit or cannot be rendered, or name what is not there', async () => {
    answers = [{ status: 200, text: '{"seconds":"long"}' }]
    const misfit = await run([request('a'), pause('b', { needs: ['a'], with: { seconds: '${{ steps.a.output.body.seconds }}' } })])
    expect(stepOf(misfit, 'b').error).toEqual({ code: '422.inputs_invalid', message: 'sleep does not take this: /with/seconds Invalid input: expected number, received string' })
    answers = [{ status: 200, text: '{"length":{"toString":1}}' }]
    const unmeasured = await run([request('a'), { id: 'b', uses: 'approval.wait', needs: ['a'], with: { message: '${{ steps.a.output.body }}' } }])
    expect(stepOf(unmeasured, 'b').error).toMatchObject({ code: '422.inputs_invalid', message: expect.stringContaining('/with/message/length') as unknown })
    const missing = await run([request('a'), pause('b', { needs: ['a'], with: { seconds: '${{ steps.a.output.body.nothing }}' } })])
    expect(stepOf(missing, 'b').error).toMatchObject({ code: '422.render_failed' })
    const noList = await run([request('a'), pause('b', { needs: ['a'], forEach: '${{ steps.a.output.status }}' })])
    expect(stepOf(noList, 'b').error).toEqual({ code: '422.inputs_invalid', message: 'forEach is no list' })
    const long = await run([request('a'), pause('b', { needs: ['a'], forEach: '${{ "x," | append: "" }}' })])
    expect(stepOf(long, 'b').status).toBe('failed')
    expect(stepOf(await run([{ id: 'a', uses: 'links.read', with: { template: 'nowhere' } }]), 'a').error).toMatchObject({ code: '404.template_not_found' })
    expect(stepOf(await run([{ id: 'a', uses: 'templates.customize', with: { template: 'nowhere' } }]), 'a').error).toMatchObject({ code: '404.template_not_found' })
    const plan = await run([{ id: 'a', uses: 'deployments.deploy', with: { planId: '0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01' } }])
    expect(stepOf(plan, 'a').error).toMatchObject({ code: '404.plan_not_found' })
  })

  test('fails a step of more items, or with more to put out, than can be kept', async () => {
    const list = { type: 'object', properties: { list: { type: 'array' } } }
    const many = await run([pause('a', { forEach: '${{ inputs.list }}' })], { list: Array.from({ length: 5_001 }, () => 0) }, list)
    expect(stepOf(many, 'a').error).toEqual({ code: '422.inputs_invalid', message: 'forEach has 5001 items; 5,000 is the most' })
    answers = [{ status: 200, text: JSON.stringify('x'.repeat(1_100_000)) }]
    expect(stepOf(await run([request('a')]), 'a').error).toEqual({ code: '422.inputs_invalid', message: 'http.request put out more than 1 MiB' })
    answers = Array.from({ length: 5 }, () => ({ status: 200, text: JSON.stringify('x'.repeat(1_000_000)) }))
    const together = stepOf(await run([request('a', { forEach: [1, 2, 3, 4, 5] })]), 'a')
    expect([together.status, together.error, together.output ?? null]).toEqual(['failed', { code: '422.inputs_invalid', message: 'The items put out more than 4 MiB together' }, null])
  }, 60_000)

  test('deploys a plan only as it was seen', async () => {
    const template = await importSmall(stack, 'stale')
    const client = await stack.call<{ id: string }>('POST', '/api/v1/clients', { name: 'Stale' })
    const { body } = await stack.call<{ planId: string; planHash: string }>('POST', `/api/v1/templates/${template}/plan`, { clientId: client.body.id, targets: ['retell'], variables: { company: 'Stale' } })
    const stale = await run([{ id: 'a', uses: 'deployments.deploy', with: { planId: body.planId, planHash: '0'.repeat(64) } }])
    expect(stepOf(stale, 'a').error).toEqual({ code: '409.plan_stale', message: `The hash of plan ${body.planId} is ${body.planHash} now` })
    expect((await stack.call<{ items: object[] }>('GET', `/api/v1/deployments?planId=${body.planId}`)).body.items).toEqual([])
  })

  test('deploys a plan whose parked deployment was terminated', async () => {
    const planned = await planFor(stack, await importSmall(stack, 'given up'), 'given up', ['ghl'])
    const steps = [{ id: 'a', uses: 'deployments.deploy', with: { planId: planned.planId } }]
    await stack.faults('ghl', { rate: 1, kinds: ['500'] })
    const parked = await run(steps)
    await stack.faults('ghl', { rate: 0 })
    expect(stepOf(parked, 'a').error).toMatchObject({ code: '502.provider_error_ghl' })
    await stack.temporal('workflow', 'terminate', '--workflow-id', `deploy:${planned.planId}`)
    expect((await run(steps)).status).toBe('success')
    const { body: { items } } = await stack.call<{ items: object[] }>('GET', `/api/v1/deployments?planId=${planned.planId}`)
    expect(items).toMatchObject([{ status: 'success' }, { status: 'failed', error: { code: '499.cancelled' } }])
  })

  test('deploys no plan that is being deployed', async () => {
    const planned = await planFor(stack, await importSmall(stack, 'held'), 'held')
    const recordId = await whileUnfinished(stack.db, async () => {
      const begun = await deploy(stack, planned)
      const refused = await run([{ id: 'a', uses: 'deployments.deploy', with: { planId: planned.planId } }])
      expect(stepOf(refused, 'a').error).toEqual({ code: '409.deployment_in_progress', message: 'The plan is being deployed already' })
      return begun
    })
    expect((await settled(stack, recordId)).status).toBe('success')
  })

  test('keeps a few items under way at a time, puts out what they did, and fails where one does', async () => {
    const done = await run([request('a', { forEach: '${{ inputs.names }}', concurrency: 2, with: { url: `${url}/\${{ item }}-\${{ index }}` } }), request('b', { needs: ['a'], with: { method: 'POST', body: '${{ steps.a.output }}' } })], { names: ['x', 'y', 'z'] }, { type: 'object', properties: { names: { type: 'array' } } })
    expect(done.status).toBe('success')
    const output = ['/x-0', '/y-1', '/z-2'].map((said) => ({ status: 200, body: { said } }))
    expect(stepOf(done, 'a').output).toEqual(output)
    expect(received.at(-1)?.body).toEqual(output)
    answers = [{ status: 200 }, { status: 404 }]
    const failed = await run([request('a', { forEach: [1, 2, 3], concurrency: 1 })])
    expect(stepOf(failed, 'a')).toMatchObject({ status: 'failed', items: { total: 3, success: 2, failed: 1 }, error: { code: '422.items_failed', message: '1 of 3 items failed' } })
    const misfit = await run([pause('a', { forEach: [0, 'long', 0], with: { seconds: '${{ item }}' } })])
    expect(stepOf(misfit, 'a')).toMatchObject({ status: 'failed', items: { total: 3, success: 2, failed: 1 }, error: { code: '422.items_failed', message: '1 of 3 items failed' }, output: [{}, null, {}] })
    expect((await run([pause('none', { forEach: [] })])).steps[0]).toMatchObject({ status: 'success', output: [], items: { total: 0 } })
  })

  test('waits for a decision about each item, and goes by it', async () => {
    const { body: { runId } } = await execute(await define([review('a', { forEach: ['x', 'y'] })]))
    await until(() => read(runId), (one) => stepOf(one, 'a').items?.waiting.length === 2)
    expect((await decide(runId, { step: 'a', decision: 'approve' })).body).toMatchObject({ code: '409.not_waiting' })
    expect((await decide(runId, { step: 'a', item: 1, decision: 'reject', reason: 'no' })).status).toBe(202)
    expect((await decide(runId, { step: 'a', item: 1, decision: 'approve' })).body).toMatchObject({ code: '409.not_waiting' })
    expect((await decide(runId, { step: 'a', item: 0, decision: 'approve' })).status).toBe(202)
    expect(stepOf(await ended(runId), 'a')).toMatchObject({ status: 'failed', items: { success: 1, failed: 1, waiting: [] } })
    expect((await decide(runId, { step: 'a', item: 0, decision: 'approve' })).body).toMatchObject({ code: '409.not_waiting', detail: `Run ${runId} has ended` })
    const rejected = await execute(await define([review('a'), pause('b', { needs: ['a'] })]))
    await waiting(rejected.body.runId, 'a')
    await decide(rejected.body.runId, { step: 'a', decision: 'reject', reason: 'not now' })
    expect(await ended(rejected.body.runId)).toMatchObject({ status: 'failed', error: { code: '422.approval_rejected', message: 'Step a: owner@test rejected it: not now' } })
  })

  test('goes by a decision that was heard in time, however late it is on record', async () => {
    const { body: { runId } } = await execute(await define([review('a', { with: { timeoutMinutes: 0.15 } })]))
    await waiting(runId, 'a')
    let deciding: Promise<unknown> | undefined
    await withLocked(stack.db, 'audit_events', async () => {
      deciding = decide(runId, { step: 'a', decision: 'approve' })
      const told = async () => (await historyOf(stack, `workflow-run:${runId}`)).events.map(({ eventType }) => eventType)
      const events = await until(told, (all) => all.includes('EVENT_TYPE_TIMER_FIRED'))
      expect(events.slice(0, events.indexOf('EVENT_TYPE_TIMER_FIRED'))).toContain('EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED')
    })
    // Whoever asked may have been told to ask again.
    await deciding
    expect(stepOf(await ended(runId), 'a')).toMatchObject({ status: 'success', output: { by: 'owner@test' } })
  })

  test('is not disturbed by a signal that says nothing', async () => {
    const { body: { runId } } = await execute(await define([review('a')]))
    await waiting(runId, 'a')
    for (const input of [[], ['--input', 'null'], ['--input', '{"recordId":7}']]) await stack.temporal('workflow', 'signal', '--workflow-id', `workflow-run:${runId}`, '--name', 'settled', ...input)
    expect(await stack.temporal('workflow', 'query', '--workflow-id', `workflow-run:${runId}`, '--type', 'progress')).toContain('running')
    expect((await decide(runId, { step: 'a', decision: 'approve' })).status).toBe(202)
    expect((await ended(runId)).status).toBe('success')
  })

  test('is cancelled by an order, from Temporal, and when its workflow was terminated', async () => {
    const name = await define([pause('a'), review('b', { needs: ['a'] }), pause('c', { with: { seconds: 86_400 }, forEach: [1, 2] }), pause('d', { needs: ['b'] })])
    const begin = async () => {
      const { body: { runId } } = await execute(name)
      await waiting(runId, 'b')
      return runId
    }
    const cancel = (runId: string) => stack.call<Problem>('POST', `/api/v1/workflows/runs/${runId}/cancel`, { reason: 'Wrong client' })
    const one = await begin()
    expect((await cancel(one)).status).toBe(202)
    const cancelled = await read(one)
    expect(cancelled).toMatchObject({ status: 'failed', error: { code: '499.cancelled', message: 'Wrong client' } })
    expect(statuses(cancelled)).toEqual({ a: 'success', b: 'cancelled', c: 'cancelled', d: 'cancelled' })
    expect((await cancel(one)).body).toMatchObject({ code: '409.not_waiting' })
    expect(await auditOf(one)).toEqual(['workflow_run.started owner@test', 'workflow_run.cancelled owner@test'])

    const two = await begin()
    await stack.temporal('workflow', 'cancel', '--workflow-id', `workflow-run:${two}`)
    expect(await ended(two)).toMatchObject({ status: 'failed', error: { code: '499.cancelled', message: 'The workflow was cancelled in Temporal' } })

    const three = await begin()
    await stack.temporal('workflow', 'terminate', '--workflow-id', `workflow-run:${three}`)
    expect((await decide(three, { step: 'b', decision: 'approve' })).body).toMatchObject({ code: '409.not_waiting' })
    expect((await stack.call<Problem>('POST', `/api/v1/workflows/runs/${three}/rerun`, {})).body).toMatchObject({ code: '409.run_in_progress' })
    expect((await cancel(three)).status).toBe(202)
    expect(statuses(await read(three))).toEqual({ a: 'success', b: 'cancelled', c: 'cancelled', d: 'cancelled' })
  })

  test('cannot be cancelled any more while its end is being written down', async () => {
    const { body: { runId } } = await execute(await define([review('a')]))
    await waiting(runId, 'a')
    await withLocked(stack.db, 'workflow_runs', async () => {
      expect((await decide(runId, { step: 'a', decision: 'approve' })).status).toBe(202)
      await until(() => stack.temporal('workflow', 'show', '--workflow-id', `workflow-run:${runId}`, '-o', 'json'), (text) => text.includes('"endDefinition"'))
      expect((await stack.call<Problem>('POST', `/api/v1/workflows/runs/${runId}/cancel`, {})).body).toMatchObject({ code: '409.not_waiting', detail: 'The run has ended' })
    })
    expect(await ended(runId)).toMatchObject({ status: 'success' })
    expect(await auditOf(runId)).toEqual(['workflow_run.started owner@test', 'workflow_run.approved owner@test'])
  })

  describe('its cancellation', () => {
    const begin = async () => {
      const { body: { runId } } = await execute(await define([review('a')]))
      await waiting(runId, 'a')
      return runId
    }
    const cancel = (runId: string, key: string) => stack.call<Problem>('POST', `/api/v1/workflows/runs/${runId}/cancel`, {}, { headers: { 'idempotency-key': key } })
    const cancellations = async (runId: string) => (await auditOf(runId)).filter((one) => one.startsWith('workflow_run.cancelled'))

    test('is accepted and on record once the run has taken it, however long that takes to end', async () => {
      const runId = await begin()
      await stack.db.transaction().execute(async (tx) => {
        await sql`select from workflow_runs where id = ${runId} for no key update`.execute(tx)
        expect((await cancel(runId, `slow-${runId}`)).status).toBe(202)
        expect((await read(runId)).status).toBe('running')
        expect(await cancellations(runId)).toEqual(['workflow_run.cancelled owner@test'])
      })
      expect(await ended(runId)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })
    })

    test.each(['answer', 'audit'] as const)('is answered the same again, and audited once, where its %s was lost', async (what) => {
      const runId = await begin()
      const key = `lost-${runId}`
      await whileLost(stack.db, what, { answer: key, audit: runId }[what], async () => {
        expect((await cancel(runId, key)).status).toBe(503)
        expect(await ended(runId)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })
      })
      expect(await cancel(runId, key)).toMatchObject({ status: 202, body: { runId } })
      expect(await cancellations(runId)).toEqual(['workflow_run.cancelled owner@test'])
      expect((await cancel(runId, `another-${runId}`)).body).toMatchObject({ code: '409.not_waiting' })
    })
  })

  test('scores a template, and stops at one that is not good enough', async () => {
    const template = await importSmall(stack, 'judged')
    const check = { id: 'check', uses: 'quality.check', with: { template } }
    const failed = await run([check])
    expect(stepOf(failed, 'check').error).toMatchObject({ code: '422.quality_insufficient', message: expect.stringContaining('Version 1.0.0 scores') as unknown })
    const told = await run([{ ...check, with: { template, version: '1.0.0', required: false } }])
    expect(stepOf(told, 'check').output).toMatchObject({ version: '1.0.0', passed: false })
  })

  test('goes on after its worker is replaced', async () => {
    const { body: { runId } } = await execute(await define([request('a'), review('b', { needs: ['a'] }), request('c', { needs: ['b'] })]))
    await waiting(runId, 'b')
    await stack.worker.stop()
    await stack.startWorker()
    expect((await decide(runId, { step: 'b', decision: 'approve' })).status).toBe(202)
    expect((await ended(runId)).status).toBe('success')
    expect(received.map(({ path }) => path)).toEqual(['/a', '/c'])
  })

  test('begins its history anew among 2,100 items before it grows long, and loses and repeats none', async () => {
    const { body: { runId } } = await execute(await define([pause('a', { forEach: Array.from({ length: 2_100 }, (_, index) => index), concurrency: 50 }), request('b', { needs: ['a'] })]))
    const done = await ended(runId, 240)
    expect(stepOf(done, 'a')).toMatchObject({ status: 'success', items: { total: 2_100, success: 2_100, failed: 0 } })
    expect([done.status, received.length]).toEqual(['success', 1])
    // A worker that takes the run up goes through what its latest history holds first.
    const lengths = (await historiesOf(runId)).map(({ historyLength }) => Number(historyLength))
    expect(lengths.length).toBeGreaterThan(4)
    expect(Math.max(...lengths)).toBeLessThan(2_500)
  }, 300_000)

  test('begins its history anew beside approvals and a deployment, hears each decision, and repeats nothing', async () => {
    const reviews = 12
    const { planId } = await planFor(stack, await importSmall(stack, 'beside'), 'beside')
    const { body: { runId } } = await execute(await define([
      request('each', { forEach: manyItems, concurrency: 50, with: { url: `${url}/\${{ item }}` } }),
      review('review', { forEach: Array.from({ length: reviews }, (_, index) => index), concurrency: reviews }),
      { id: 'deploy', uses: 'deployments.deploy', with: { planId } },
      request('last', { needs: ['each', 'review', 'deploy'] }),
    ]))
    const doneOf = (one: WorkflowRun) => stepOf(one, 'each').items?.success ?? 0
    await whileUnfinished(stack.db, async () => {
      await until(() => read(runId), (one) => stepOf(one, 'review').items?.waiting.length === reviews)
      for (let item = 0; item < reviews; item++) {
        await until(() => read(runId), (one) => doneOf(one) >= Math.floor(manyItems.length * item / (reviews - 1)), 120)
        const say = () => decide(runId, { step: 'review', item, decision: 'approve', reason: `number ${String(item)}` })
        const { status } = await say()
        expect([202, 503]).toContain(status)
        // A busy engine may have heard it nevertheless.
        if (status === 503) await until(say, (again) => again.status !== 503, 60)
      }
      expect(statuses(await until(() => read(runId), (one) => stepOf(one, 'review').status === 'success' && stepOf(one, 'each').status === 'success'))).toEqual({ each: 'success', review: 'success', deploy: 'running', last: 'pending' })
      expect((await historiesOf(runId)).length).toBeGreaterThan(1)
    })
    const done = await ended(runId, 60)
    expect([done.status, statuses(done)]).toEqual(['success', { each: 'success', review: 'success', deploy: 'success', last: 'success' }])
    expect(stepOf(done, 'review').output).toEqual(Array.from({ length: reviews }, (_, item) => ({ by: 'owner@test', reason: `number ${String(item)}` })))
    expect(received.map(({ path }) => path).sort()).toEqual([...manyItems.map((item) => `/${String(item)}`), '/last'].sort())
    expect((await stack.call<{ items: object[] }>('GET', `/api/v1/deployments?planId=${planId}`)).body.items).toHaveLength(1)
    await replayAll(runId)
  }, 300_000)

  test('waits no longer because its history begins anew meanwhile', async () => {
    const name = await define([request('each', { forEach: manyItems, concurrency: 50 }), pause('nap', { with: { seconds: 86_400 } }), review('review', { with: { timeoutMinutes: 2_880 } }), request('last', { needs: ['nap'] })])
    const { body: { runId } } = await execute(name)
    const before = await until(() => read(runId), (one) => stepOf(one, 'each').status === 'success', 200)
    expect(statuses(before)).toEqual({ each: 'success', nap: 'running', review: 'waiting', last: 'pending' })
    expect([received.length, (await historiesOf(runId)).length > 1]).toEqual([manyItems.length, true])
    // Those of the latest history: what is left of a day, and of two.
    const { events } = JSON.parse(await stack.temporal('workflow', 'show', '--workflow-id', `workflow-run:${runId}`, '-o', 'json')) as { events: { timerStartedEventAttributes?: { startToFireTimeout: string } }[] }
    const days = events.flatMap(({ timerStartedEventAttributes: timer }) => (timer ? [parseFloat(timer.startToFireTimeout) / 86_400] : [])).sort()
    expect(days.map(Math.ceil)).toEqual([1, 2])
    expect(days.map((left) => Number.isInteger(left))).toEqual([false, false])
    expect((await stack.call('POST', `/api/v1/workflows/runs/${runId}/cancel`, {})).status).toBe(202)
    expect(statuses(await read(runId))).toEqual({ each: 'success', nap: 'cancelled', review: 'cancelled', last: 'cancelled' })
  }, 300_000)

  test('goes on in its next history with what was under way when another step failed', async () => {
    const failing = request('fails', { needs: ['first'], with: { url: `${url}/fails`, method: 'POST' } })
    const { body: { runId } } = await execute(await define([review('first'), failing, pause('each', { forEach: manyItems, concurrency: 50 }), review('review'), pause('never', { needs: ['review'] })]))
    await until(() => read(runId), (one) => stepOf(one, 'first').status === 'waiting' && stepOf(one, 'review').status === 'waiting')
    answers = [{ status: 404 }]
    await decide(runId, { step: 'first', decision: 'approve' })
    const going = await until(() => read(runId), (one) => !['pending', 'running'].includes(stepOf(one, 'each').status), 200)
    expect(statuses(going)).toEqual({ first: 'success', fails: 'failed', each: 'success', review: 'waiting', never: 'skipped' })
    expect((await historiesOf(runId)).length).toBeGreaterThan(1)
    expect((await decide(runId, { step: 'review', decision: 'approve' })).status).toBe(202)
    expect(await ended(runId)).toMatchObject({ status: 'failed', error: { code: '502.provider_error_http' } })
    expect(stepOf(await read(runId), 'review').status).toBe('success')
  }, 300_000)
})

describe('connections', () => {
  const steps = (connectionId: string, at: string, more: object = {}) => [request('a', { with: { url: at, connection: { id: connectionId, secret: 'apiKey', ...more } } })]
  let connectionId: string
  beforeAll(async () => {
    connectionId = (await stack.call<{ id: string }>('POST', '/api/v1/connections', { provider: 'n8n', baseUrl: `${url}/base`, secrets: { apiKey: 'a-very-secret-key' } })).body.id
  })

  test('lend their secret to addresses below their own, and it shows up nowhere', async () => {
    const done = await run(steps(connectionId, `${url}/base/hook`))
    expect(received[0]?.headers.authorization).toBe('Bearer a-very-secret-key')
    expect(stepOf(done, 'a').output).toEqual({ status: 200, body: { said: 'Bearer [redacted]' } })
    expect((await run(steps(connectionId, `${url}/base`, { header: 'X-Key', scheme: '' }))).status).toBe('success')
    expect(received[1]?.headers['x-key']).toBe('a-very-secret-key')
    expect(await stack.temporal('workflow', 'show', '--workflow-id', `workflow-run:${done.id}`, '-o', 'json')).not.toContain(Buffer.from('a-very-secret-key').toString('base64').slice(0, 16))
  })

  test('lend it to no other address, and no secret that they have not', async () => {
    for (const at of [`${url}/basement`, `${url}/base/../other`, 'http://127.0.0.1:1/base']) expect(stepOf(await run(steps(connectionId, at)), 'a').error).toMatchObject({ code: '422.inputs_invalid', message: expect.stringContaining('is not below') as unknown })
    expect(stepOf(await run(steps(connectionId, `${url}/base`, { secret: 'constructor' })), 'a').error).toMatchObject({ code: '422.inputs_invalid', message: expect.stringContaining('it has apiKey') as unknown })
    expect(stepOf(await run(steps('0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01', `${url}/base`)), 'a').error).toMatchObject({ code: '404.connection_not_found' })
    expect(received).toEqual([])
  })
})

describe('the API', () => {
  test('keeps versions by name, and runs keep the one they began with', async () => {
    const definition = { name: 'versioned', steps: [review('a')] }
    const first = await stack.call<{ id: string; version: number }>('POST', '/api/v1/workflows', { definition })
    expect([first.status, first.body.version]).toEqual([201, 1])
    expect(await stack.call('POST', '/api/v1/workflows', { definition })).toMatchObject({ status: 200, body: { version: 1 } })
    const { body: { runId } } = await execute('versioned')
    expect(await stack.call('POST', '/api/v1/workflows', { definition: { ...definition, description: 'Better', steps: [pause('b')] } })).toMatchObject({ status: 201, body: { id: first.body.id, version: 2, description: 'Better' } })
    await waiting(runId, 'a')
    await decide(runId, { step: 'a', decision: 'approve' })
    expect(await ended(runId)).toMatchObject({ version: 1, status: 'success' })
    expect(await ended((await execute(first.body.id)).body.runId)).toMatchObject({ version: 2, steps: [{ id: 'b' }] })
    const { body: { items } } = await stack.call<{ items: WorkflowRun[] }>('GET', '/api/v1/workflows/versioned/runs?status=success')
    expect(items.map(({ version }) => version)).toEqual([2, 1])
    expect((await stack.call<{ items: { name: string }[] }>('GET', '/api/v1/workflows?name=versioned')).body.items).toMatchObject([{ name: 'versioned', version: 2 }])
    expect((await stack.call('GET', '/api/v1/workflows/versioned')).body).toMatchObject({ id: first.body.id, definition: { steps: [{ id: 'b' }] } })
  })

  test('refuses what is not there, input that does not fit, and steps that the asker may not take', async () => {
    expect((await execute('nowhere')).body).toMatchObject({ code: '404.workflow_not_found' })
    const name = await define([pause('a')], { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } })
    expect((await execute(name, { input: { n: 'x', m: 1 } })).body).toMatchObject({ code: '422.inputs_invalid', errors: expect.arrayContaining([{ pointer: '/input/n', message: 'must be integer' }, { pointer: '/input/m', message: 'is not an input of this workflow' }]) as unknown })
    const key = await stack.call<{ key: string }>('POST', '/api/v1/api-keys', { name: 'runner', permissions: ['workflow:execute'] })
    const deploys = await define([{ id: 'a', uses: 'deployments.deploy', with: { planId: '0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01' } }])
    expect((await execute(deploys, {}, { token: key.body.key })).body).toMatchObject({ code: '403.forbidden', detail: expect.stringContaining('deploy:execute') as unknown })
    expect((await execute(await define([pause('a')]), {}, { token: key.body.key })).status).toBe(202)
    const lent = await define([request('a', { with: { connection: { id: '0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01', secret: 'x' } } })])
    expect((await execute(lent, {}, { token: key.body.key })).body).toMatchObject({ code: '403.forbidden', detail: expect.stringContaining('connection:write') as unknown })
    const writer = await stack.call<{ key: string }>('POST', '/api/v1/api-keys', { name: 'writer', permissions: ['workflow:execute', 'template:write'] })
    const keeps = await define([{ id: 'a', uses: 'templates.customize', with: { template: 'small', secretsOf: '0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01' } }])
    expect((await execute(keeps, {}, { token: writer.body.key })).body).toMatchObject({ code: '403.forbidden', detail: expect.stringContaining('deploy:plan') as unknown })
  })

  test('fails a step whose action is there no more, and says where those that are can be seen', async () => {
    const name = await define([pause('a')])
    await sql`update workflow_definitions set definition = replace(definition::text, '"sleep"', '"naps.take"')::jsonb where name = ${name}`.execute(stack.db)
    expect(stepOf(await ended((await execute(name)).body.runId), 'a').error).toEqual({ code: '422.inputs_invalid', message: 'There is no action naps.take: GET /api/v1/workflows/actions lists them' })
  })

  test('does not wait for input that takes too long to check', async () => {
    const name = await define([pause('a')], { type: 'object', properties: { list: { type: 'array', uniqueItems: true, items: { type: 'object' } } } })
    const list = Array.from({ length: 20_000 }, (_, n) => ({ n }))
    expect((await execute(name, { input: { list: list.slice(0, 20) }, dryRun: true })).status).toBe(200)
    expect((await execute(name, { input: { list } })).body).toMatchObject({ code: '400.workflow_invalid', detail: expect.stringContaining('too long') as unknown })
  })

  test('tells in a dry run what would run, and runs nothing', async () => {
    const name = await define([request('a', { with: { url: `${url}/\${{ inputs.n }}` } })], { type: 'object', properties: { n: { type: 'integer', default: 7 } } })
    expect(await execute(name, { dryRun: true })).toMatchObject({ status: 200, body: { input: { n: 7 }, steps: [{ id: 'a', runs: 'yes', with: { url: `${url}/7` } }] } })
    expect((await stack.call<{ items: object[] }>('GET', `/api/v1/workflows/${name}/runs`)).body.items).toEqual([])
    const broken = await define([pause('a', { with: { seconds: '${{ inputs.o.p }}' } })], { type: 'object', properties: { o: { type: 'object' } } })
    expect((await execute(broken, { dryRun: true })).body).toMatchObject({ code: '422.render_failed' })
    expect(received).toEqual([])
  })

  test('runs once for one Idempotency-Key', async () => {
    const name = await define([request('a')])
    const twice = await Promise.all([1, 2].map(() => execute(name, {}, { headers: { 'idempotency-key': 'once-only' } })))
    expect(new Set(twice.map(({ body }) => body.runId)).size).toBe(1)
    await ended(twice[0]?.body.runId ?? '')
    expect(received).toHaveLength(1)
  })

  test('says who started a run, also when only the second try with one Idempotency-Key is answered', async () => {
    const name = await define([pause('a')])
    const seed = randomUUID()
    // As if the process had died after the run began, before it wrote down who had asked.
    const forget = () => stack.db.updateTable('idempotency_keys').set({ status: null, body: null, headers: JSON.stringify({ holder: '0', seed }) }).where('key', '=', 'lost-start').execute()
    const start = async () => (await execute(name, {}, { headers: { 'idempotency-key': 'lost-start' } })).body.runId
    await start()
    await forget()
    const runId = await start()
    expect(runId).toBe(derivedId('workflow run', seed))
    await stack.db.deleteFrom('audit_events').where('subject_id', '=', runId).execute()
    for (const _again of [1, 2]) {
      await forget()
      expect(await start()).toBe(runId)
    }
    expect(await auditOf(runId)).toEqual(['workflow_run.started owner@test'])
  })

  test('repeats from a step what follows from it, and only a run that has ended', async () => {
    const done = await run([request('a'), request('b'), request('c', { needs: ['a'] })])
    received = []
    const rerun = (body: object) => stack.call<{ runId: string } & Problem>('POST', `/api/v1/workflows/runs/${done.id}/rerun`, body)
    expect((await rerun({ from: 'z' })).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/from' }] })
    expect((await rerun({ input: { x: 1 } })).body).toMatchObject({ code: '422.inputs_invalid' })
    const again = await ended((await rerun({ from: 'a' })).body.runId)
    expect(again.steps.map(({ id, kept }) => [id, kept])).toEqual([['a', undefined], ['b', true], ['c', undefined]])
    expect(received.map(({ path }) => path)).toEqual(['/a', '/c'])
    expect(await ended((await rerun({})).body.runId)).toMatchObject({ status: 'success' })
    expect(received).toHaveLength(2)
  })

  test('streams each step as it changes, until the run has ended', async () => {
    const { body: { runId } } = await execute(await define([pause('a'), review('b', { needs: ['a'] })]))
    await waiting(runId, 'b')
    const stream = await fetch(`${stack.api}/api/v1/workflows/runs/${runId}/events`, { headers: { authorization: `Bearer ${await stack.token()}` } })
    const text = stream.text()
    await decide(runId, { step: 'b', decision: 'approve' })
    const events = (await text).split('\n\n').filter((one) => one.startsWith('event')).map((one) => /^event: (\w+)\ndata: (.*)$/.exec(one) ?? [])
    expect(events.at(-1)?.slice(1)).toEqual(['end', '{"status":"success"}'])
    const steps = events.slice(0, -1).map(([, , data = '']) => JSON.parse(data) as StepRun)
    expect(steps.slice(0, 2).map(({ id, status }) => [id, status])).toEqual([['a', 'success'], ['b', 'waiting']])
    expect(steps.at(-1)).toMatchObject({ id: 'b', status: 'success' })
  })

  test('lists the actions with their schemas', async () => {
    const { body: { items } } = await stack.call<{ items: { name: string; rights: string[]; input: { properties: object } }[] }>('GET', '/api/v1/workflows/actions')
    expect(items.map(({ name }) => name)).toEqual(['sleep', 'http.request', 'templates.customize', 'templates.plan', 'deployments.deploy', 'approval.wait', 'quality.check', 'links.read'])
    expect(items[4]).toMatchObject({ rights: ['deploy:execute'], input: { properties: { planId: { type: 'string' } } } })
  })

  test('counts what it ran', async () => {
    const metrics = await (await fetch(`${stack.worker.metricsUrl}/metrics`)).text()
    expect(metrics).toMatch(/workflow_runs_total\{status="success"\} \d/)
    expect(metrics).toMatch(/workflow_steps_total\{action="http.request",status="failed"\} \d/)
  })
})
