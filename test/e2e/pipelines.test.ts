import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { PipelineStage } from '../../contracts/pipelines.ts'
import { workflowIds } from '../../contracts/workflow.ts'
import { inTenant } from '../../db/client.ts'
import { derivedId } from '../../db/ids.ts'
import { getPipeline, isQuiet } from '../../db/pipelines.ts'
import { whileUnfinished } from '../support/database.ts'
import { whileLost } from '../support/lost-writes.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { content, everywhere, openCase, without } from './agency.ts'
import type { Case, Content, Problem } from './agency.ts'

let stack: TestStack
beforeAll(async () => { stack = await startStack() })
afterAll(() => stack.close())

interface Pipeline { id: string; status: string; stages: PipelineStage[]; error?: { code: string; message: string }; correlationId: string; finishedAt: string | null }
type Started = Problem & { pipelineId: string }

const initialization = { prompts: [{ key: 'greeting', content: 'Hello from ${{ variables.company }}' }], documents: [] }
let count = 0
const newName = (): string => `Flow ${String(Date.now())} ${String(count++)}`
const templateOf = (name: string, given: Content = content({ initialization })) => ({ kind: 'project', name, content: { kind: 'project', name, ...given } })
const start = (body: Record<string, unknown>, headers: Record<string, string> = {}) => stack.call<Started>('POST', '/api/v1/pipelines', { targets: everywhere, ...body }, { headers })
const read = async (id: string) => (await stack.call<Pipeline>('GET', `/api/v1/pipelines/${id}`)).body
const finished = (id: string, seconds = 40) => until(() => read(id), ({ status }) => status !== 'running', seconds)
const run = async (body: Record<string, unknown>): Promise<Pipeline> => {
  const started = await start(body)
  if (started.status !== 202) throw new Error(JSON.stringify(started.body))
  return finished(started.body.pipelineId)
}
/** The provider answers nothing but 500 until the pipeline has ended. */
const runWhileBroken = async (provider: string, body: Record<string, unknown>): Promise<Pipeline> => {
  await stack.faults(provider, { rate: 1, kinds: ['500'] })
  try {
    return await run(body)
  } finally {
    await stack.faults(provider, { rate: 0 })
  }
}
const statuses = ({ stages }: Pipeline) => Object.fromEntries(stages.map(({ name, status }) => [name, status]))
const stageOf = ({ stages }: Pipeline, name: string): PipelineStage => stages.find((stage) => stage.name === name) as PipelineStage
const idOf = (pipeline: Pipeline, stage: string, key: string): string => stageOf(pipeline, stage).ids?.[key] ?? ''
const clients = async (name: string) => (await stack.call<{ items: { id: string }[] }>('GET', `/api/v1/clients?name=${encodeURIComponent(name)}`)).body.items
const deploymentOf = async (pipeline: Pipeline) => (await stack.call<{ status: string; error?: { code: string }; correlationId: string; supersededBy?: string }>('GET', `/api/v1/deployments/${idOf(pipeline, 'deploy', 'recordId')}`)).body
const allSucceeded = { import: 'success', customize: 'success', plan: 'success', resources: 'success', deploy: 'success' }

test('a pipeline imports, customizes, plans, writes prompts and deploys, and names what it made', async () => {
  const name = newName()
  const pipeline = await run({ template: templateOf(name), client: { name }, variables: { company: name } })
  expect(pipeline).toMatchObject({ status: 'success' })
  expect(pipeline.error).toBeUndefined()
  expect(statuses(pipeline)).toEqual(allSucceeded)
  for (const { startedAt, finishedAt } of pipeline.stages) expect(Date.parse(finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(startedAt ?? ''))
  expect((await stack.call('GET', `/api/v1/templates/${idOf(pipeline, 'import', 'templateId')}`)).body).toMatchObject({ name })
  const plan = (await stack.call('GET', `/api/v1/plans/${idOf(pipeline, 'plan', 'planId')}`)).body
  expect(plan).toMatchObject({ instanceId: idOf(pipeline, 'customize', 'instanceId'), templateId: idOf(pipeline, 'import', 'templateId') })
  expect((await stack.call('GET', `/api/v1/resource-plans/${idOf(pipeline, 'resources', 'resourcePlanId')}`)).body).toMatchObject({ status: 'success' })
  expect(await deploymentOf(pipeline)).toMatchObject({ status: 'success', correlationId: pipeline.correlationId })
  const links = await stack.call<{ external_id: string }[]>('GET', `/templates/${idOf(pipeline, 'import', 'templateId')}/links`)
  const live = (await Promise.all(everywhere.map((provider) => stack.state(provider)))).flat().map(({ id }) => id)
  expect(links.body).toHaveLength(6)
  for (const { external_id } of links.body) expect(live).toContain(external_id)
  expect((await stack.state('supabase')).map(({ body }) => body['content'])).toContain(`Hello from ${name}`)
})

test('a pipeline of a template that is there, for a client that is there', async () => {
  const one: Case = await openCase(stack)
  const pipeline = await run({ templateId: one.templateId, clientId: one.clientId, variables: { company: one.company } })
  expect(statuses(pipeline)).toEqual(allSucceeded)
  expect(idOf(pipeline, 'import', 'templateId')).toBe(one.templateId)
  expect(await one.links()).toHaveLength(6)
  const again = await run({ templateId: one.company, client: { name: one.company }, variables: { company: one.company, prompt: 'Next.' } })
  expect(idOf(again, 'plan', 'planId')).toBe(idOf(pipeline, 'plan', 'planId'))
  expect(await one.links()).toHaveLength(6)
  expect(await clients(one.company)).toHaveLength(1)
})

test('the same pipeline again is refused while it runs, with its name', async () => {
  const name = newName()
  await stack.faults('ghl', { rate: 0, latencyMs: 400 })
  const body = { template: templateOf(name), client: { name }, variables: { company: name } }
  try {
    const answers = await Promise.all(Array.from({ length: 5 }, () => start(body)))
    const [accepted] = answers.filter(({ status }) => status === 202)
    const refused = answers.filter(({ status }) => status === 409)
    expect(refused).toHaveLength(4)
    const running = accepted?.body.pipelineId ?? ''
    for (const answer of refused) expect(answer.body).toMatchObject({ code: '409.pipeline_in_progress', detail: `Pipeline ${running} for this client and template is running`, pipelineId: running })
    const later = await start({ ...body, variables: { company: name, prompt: 'Other' } })
    expect(later).toMatchObject({ status: 409, body: { pipelineId: accepted?.body.pipelineId } })
    expect(await finished(accepted?.body.pipelineId ?? '')).toMatchObject({ status: 'success' })
  } finally {
    await stack.faults('ghl', { rate: 0 })
  }
  expect(await clients(name)).toHaveLength(1)
  expect((await run(body)).status).toBe('success')
  expect(await clients(name)).toHaveLength(1)
})

test('a pipeline whose id cannot be read is refused without it', async () => {
  const one: Case = await openCase(stack)
  const workflowId = workflowIds.pipeline(stack.tenantId, one.clientId, `project/${one.company}`)
  // As a run whose details were lost: nobody listens where it was started.
  await stack.temporal('workflow', 'start', '--type', 'pipeline', '--task-queue', 'nobody', '--workflow-id', workflowId)
  try {
    const refused = await start({ templateId: one.templateId, clientId: one.clientId, variables: { company: one.company } })
    expect(refused).toMatchObject({ status: 409, body: { code: '409.pipeline_in_progress', detail: 'A pipeline for this client and template is running' } })
    expect(refused.body).not.toHaveProperty('pipelineId')
  } finally {
    await stack.temporal('workflow', 'terminate', '--workflow-id', workflowId)
  }
})

test('the same Idempotency-Key is the same pipeline', async () => {
  const name = newName()
  const body = { template: templateOf(name), client: { name }, variables: { company: name }, targets: ['retell'] }
  const key = { 'idempotency-key': randomUUID() }
  const [first, second] = [await start(body, key), await start(body, key)]
  expect([first.status, second.status]).toEqual([202, 202])
  expect(second.body.pipelineId).toBe(first.body.pipelineId)
  await finished(first.body.pipelineId)
})

/** The pipeline that a key began whose answer was lost. */
async function withoutAnswer(key: string, work: () => Promise<unknown>): Promise<string> {
  await whileLost(stack.db, 'answer', key, work)
  const { rows } = await sql<{ seed: string }>`select headers ->> 'seed' as seed from idempotency_keys where key = ${key}`.execute(stack.db)
  return derivedId('pipeline', rows[0]?.seed ?? '')
}

test('the same Idempotency-Key again, after the API died with the answer, is the same pipeline, and nothing runs again', async () => {
  const one = await openCase(stack)
  const body = (prompt: string) => ({ templateId: one.templateId, clientId: one.clientId, variables: { company: one.company, prompt } })
  const key = { 'idempotency-key': randomUUID() }
  const pipelineId = await withoutAnswer(key['idempotency-key'], async () => { expect((await start(body('First.'), key)).status).toBe(503) })
  const first = await finished(pipelineId)
  const later = await run(body('Later.'))
  expect([first.status, later.status]).toEqual(['success', 'success'])
  const runId = async () => (JSON.parse(await stack.temporal('workflow', 'describe', '--workflow-id', workflowIds.pipeline(stack.tenantId, one.clientId, `project/${one.company}`), '-o', 'json')) as { workflowExecutionInfo: { execution: { runId: string } } }).workflowExecutionInfo.execution.runId
  const now = async () => ({
    pipelines: await Promise.all([first, later].map(({ id }) => read(id))), records: await Promise.all([first, later].map(deploymentOf)), runId: await runId(),
    vendors: await Promise.all(everywhere.map((provider) => stack.state(provider))), requests: await Promise.all(everywhere.map((provider) => stack.journal(provider))),
  })
  const before = await now()
  const again = await start(body('First.'), key)
  expect(again).toMatchObject({ status: 202, body: { pipelineId } })
  expect(again.headers.get('location')).toBe(`/api/v1/pipelines/${pipelineId}`)
  expect(await now()).toEqual(before)
  expect(JSON.stringify(before.vendors)).toContain('Later.')
})

test.each([
  ['import', { '400.artifact_schema_invalid': true }, (name: string) => ({ template: templateOf(name, { ...content(), resources: { x: { provider: 'retell', type: 'fax', spec: {} } } }) })],
  ['customize', { '422.variables_invalid': true }, (name: string) => ({ template: templateOf(name), variables: {} })],
  ['plan', { '422.target_unsupported': true }, (name: string) => ({ template: templateOf(name, content({ resources: without('tag', 'value') })) })],
] as const)('a failure to %s ends the pipeline, and its stage says why', async (stage, codes, bodyOf) => {
  const name = newName()
  const pipeline = await run({ client: { name }, variables: { company: name }, ...bodyOf(name) })
  const [code] = Object.keys(codes)
  expect(pipeline).toMatchObject({ status: 'failed', error: { code }, finishedAt: expect.any(String) as unknown })
  expect(stageOf(pipeline, stage)).toMatchObject({ status: 'failed', error: { code, message: expect.stringMatching(/\w/) as unknown } })
  const order = ['import', 'customize', 'plan', 'resources', 'deploy']
  for (const [index, each] of order.entries()) if (each !== stage) expect(stageOf(pipeline, each).status).toBe(index < order.indexOf(stage) ? 'success' : 'pending')
})

/** A template that says one thing. */
const saying = (name: string, prompt: string, version?: string) => {
  const said = content({ resources: { brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: `${name} ${prompt}` } } } })
  return { kind: 'retell', name, force: true, content: { kind: 'retell', name, ...(version === undefined ? {} : { version }), ...said } }
}
const deployed = async (pipeline: Pipeline) => [idOf(pipeline, 'import', 'version'), (await stack.call<{ version: string }>('GET', `/api/v1/instances/${idOf(pipeline, 'customize', 'instanceId')}`)).body.version]

test('a pipeline deploys the version that it has imported, though it is not the newest', async () => {
  const name = newName()
  for (const template of [saying(name, 'first', '1.0.0'), saying(name, 'second', '2.0.0')]) expect((await stack.call('POST', '/templates/import', template)).status).toBe(201)
  const pipeline = await run({ template: saying(name, 'first', '1.0.0'), client: { name }, variables: { company: name }, targets: ['retell'] })
  expect(statuses(pipeline)).toEqual(allSucceeded)
  expect(await deployed(pipeline)).toEqual(['1.0.0', '1.0.0'])
  expect((await stack.state('retell')).map(({ body }) => body['general_prompt'])).toContainEqual(expect.stringContaining(`${name} first`))
})

test('a pipeline whose import is kept as a draft is refused, and deploys nothing in its place', async () => {
  const name = newName()
  expect((await stack.call('POST', '/templates/import', saying(name, 'first'))).status).toBe(201)
  const setPolicy = async (gated: string[]) => { expect((await stack.call('PUT', '/api/v1/quality/policy', { minimum: 100, gated, rules: [] })).status).toBe(200) }
  await setPolicy(['retell'])
  try {
    const pipeline = await run({ template: saying(name, 'second'), client: { name }, variables: { company: name }, targets: ['retell'] })
    expect(pipeline).toMatchObject({ status: 'failed', error: { code: '409.version_draft' } })
    expect(statuses(pipeline)).toEqual({ import: 'success', customize: 'success', plan: 'failed', resources: 'pending', deploy: 'pending' })
    expect(await deployed(pipeline)).toEqual(['1.0.1', '1.0.1'])
  } finally {
    await setPolicy([])
  }
})

test('a failure to write the prompts ends the pipeline before anything is deployed', async () => {
  const one = await openCase(stack, content({ initialization }))
  const connection = await stack.call<{ id: string }>('POST', '/api/v1/connections', { provider: 'supabase', baseUrl: 'sandbox:supabase', clientId: one.clientId, secrets: { serviceKey: 'sb_secret_revoked' } })
  const pipeline = await run({ templateId: one.templateId, clientId: one.clientId, variables: { company: one.company } })
  expect(pipeline).toMatchObject({ status: 'failed', error: { code: '502.provider_error_supabase' } })
  expect(statuses(pipeline)).toEqual({ import: 'success', customize: 'success', plan: 'success', resources: 'failed', deploy: 'pending' })
  expect(await one.links()).toEqual([])
  expect((await stack.call('DELETE', `/api/v1/connections/${connection.body.id}`)).status).toBe(204)
  expect((await run({ templateId: one.templateId, clientId: one.clientId, variables: { company: one.company } })).status).toBe('success')
})

/** A pipeline whose deployment waits for a slow vendor, and the ids of both. */
async function slowlyDeploying(): Promise<{ pipelineId: string; workflowId: string; recordId: string; planId: string }> {
  const name = newName()
  await stack.faults('retell', { rate: 0, latencyMs: 1_900 })
  const { body: { pipelineId } } = await start({ template: templateOf(name), client: { name }, variables: { company: name }, targets: ['retell'] })
  const pipeline = await until(() => read(pipelineId), (one) => idOf(one, 'deploy', 'recordId') !== '')
  await until(() => deploymentOf(pipeline), ({ status }) => status === 'running')
  const [client] = await clients(name)
  return { pipelineId, workflowId: workflowIds.pipeline(stack.tenantId, client?.id ?? '', `project/${name}`), recordId: idOf(pipeline, 'deploy', 'recordId'), planId: idOf(pipeline, 'plan', 'planId') }
}
let orphaned: { pipelineId: string } | undefined

test('a pipeline whose deployment is cancelled fails with that code', async () => {
  const { pipelineId, recordId } = await slowlyDeploying()
  expect((await stack.call('POST', `/api/v1/deployments/${recordId}/cancel`, { reason: 'wrong client' })).status).toBe(202)
  await stack.faults('retell', { rate: 0 })
  expect(await finished(pipelineId)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })
})

test('a pipeline whose deployment was terminated waits for what becomes of its record', async () => {
  const { pipelineId, recordId, planId } = await slowlyDeploying()
  await stack.temporal('workflow', 'terminate', '--workflow-id', `deploy:${planId}`)
  await stack.faults('retell', { rate: 0 })
  expect((await stack.call('POST', `/api/v1/deployments/${recordId}/cancel`, { reason: 'terminated by mistake' })).status).toBe(202)
  expect((await read(pipelineId)).status).toBe('running')
  orphaned = { pipelineId }
})

test('a pipeline is not disturbed by a signal that says nothing', async () => {
  const { pipelineId, workflowId } = await slowlyDeploying()
  for (const input of [[], ['--input', 'null'], ['--input', '{"status":"failed"}']]) await stack.temporal('workflow', 'signal', '--workflow-id', workflowId, '--name', 'settled', ...input)
  await stack.faults('retell', { rate: 0 })
  expect((await finished(pipelineId)).status).toBe('success')
})

test('a client that is not there fails the request', async () => {
  const one = await openCase(stack)
  expect(await start({ templateId: one.templateId, clientId: randomUUID() })).toMatchObject({ status: 404, body: { code: '404.client_not_found' } })
  expect(await start({ templateId: randomUUID(), clientId: one.clientId })).toMatchObject({ status: 404, body: { code: '404.template_not_found' } })
  expect((await stack.call<Problem>('GET', `/api/v1/pipelines/${randomUUID()}`)).body.code).toBe('404.pipeline_not_found')
})

const busySupabase = async (work: () => Promise<void>): Promise<void> => {
  await stack.faults('supabase', { rate: 1, kinds: ['429'], retryAfterMs: 1_000 })
  try {
    await work()
  } finally {
    await stack.faults('supabase', { rate: 0 })
  }
}
const waiting = (id: string) => until(() => read(id), ({ stages }) => stages.some(({ name, error }) => name === 'resources' && error !== undefined))

test('a pipeline waits for Supabase far longer than a request would, says what it waits for, and goes on by itself', async () => {
  const name = newName()
  let pipelineId = ''
  await busySupabase(async () => {
    const { body } = await start({ template: templateOf(name), client: { name }, variables: { company: name } })
    const pipeline = await waiting(body.pipelineId)
    expect(stageOf(pipeline, 'resources')).toMatchObject({ status: 'running', error: { code: '502.provider_error_supabase', message: expect.stringContaining('429') as unknown } })
    // A request of its own would have been given up by now.
    await sleep(6 * 400)
    expect(await read(body.pipelineId)).toMatchObject({ status: 'running' })
    pipelineId = body.pipelineId
  })
  const pipeline = await finished(pipelineId)
  expect(statuses(pipeline)).toEqual(allSucceeded)
  expect(stageOf(pipeline, 'resources').error).toBeUndefined()
}, 60_000)

test('a pipeline cancelled in Temporal has failed, and so have the stage it was in and its resource plan', async () => {
  const name = newName()
  await busySupabase(async () => {
    const { body } = await start({ template: templateOf(name), client: { name }, variables: { company: name } })
    const { stages } = await waiting(body.pipelineId)
    expect(stages.find(({ name: stage }) => stage === 'deploy')?.status).toBe('pending')
    const list = await stack.temporal('workflow', 'list', '--query', "WorkflowType = 'pipeline' and ExecutionStatus = 'Running'", '--output', 'json')
    const [running] = JSON.parse(list) as { execution: { workflowId: string } }[]
    await stack.temporal('workflow', 'cancel', '--workflow-id', running?.execution.workflowId ?? '')
    const pipeline = await finished(body.pipelineId)
    expect(pipeline).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })
    expect(statuses(pipeline)).toEqual({ ...allSucceeded, resources: 'failed', deploy: 'pending' })
    expect(stageOf(pipeline, 'resources')).toMatchObject({ error: { code: '499.cancelled' }, finishedAt: expect.any(String) as unknown })
    expect((await stack.call('GET', `/api/v1/resource-plans/${derivedId('resource-plan', idOf(pipeline, 'plan', 'planId'))}`)).body).toMatchObject({ status: 'failed' })
  })
  expect(statuses(await run({ template: templateOf(name), client: { name }, variables: { company: name } }))).toEqual(allSucceeded)
}, 60_000)

test('a pipeline terminated in Temporal has failed when it is read, and one that was reset has not', async () => {
  const name = newName()
  const workflowId = workflowIds.pipeline(stack.tenantId, derivedId('client', stack.tenantId, name), `project/${name}`)
  const body = { template: templateOf(name), client: { name }, variables: { company: name } }
  await busySupabase(async () => {
    // Two of one caller's chain.
    const headers = { 'x-correlation-id': `chain ${name}`.replaceAll(' ', '-') }
    const other = newName()
    const [first, second] = [(await start(body, headers)).body.pipelineId, (await start({ ...body, template: templateOf(other), client: { name: other } }, headers)).body.pipelineId]
    await Promise.all([waiting(first), waiting(second)])
    await stack.temporal('workflow', 'reset', '--workflow-id', workflowId, '--type', 'FirstWorkflowTask', '--reason', 'begun anew')
    await until(() => stack.temporal('workflow', 'list', '--query', `WorkflowId="${workflowId}" and ExecutionStatus="Terminated"`, '-o', 'json'), (text) => text.includes(workflowId))
    // So quiet that Temporal is asked.
    await until(() => inTenant(stack.db, stack.tenantId, async (tx) => isQuiet(tx, await getPipeline(tx, first), 5_000)), Boolean)
    expect(await read(first)).toMatchObject({ status: 'running' })
    await stack.temporal('workflow', 'terminate', '--workflow-id', workflowId)
    const pipeline = await finished(first)
    expect(pipeline).toMatchObject({ status: 'failed', error: { code: '499.cancelled', message: 'The run was terminated from outside' }, finishedAt: expect.any(String) as unknown })
    expect(statuses(pipeline)).toEqual({ ...allSucceeded, resources: 'failed', deploy: 'pending' })
    expect(stageOf(pipeline, 'resources')).toMatchObject({ error: { code: '499.cancelled' } })
    expect(await read(first)).toEqual(pipeline)
    expect(await read(second)).toMatchObject({ status: 'running' })
    await stack.temporal('workflow', 'terminate', '--workflow-id', workflowIds.pipeline(stack.tenantId, derivedId('client', stack.tenantId, other), `project/${other}`))
    expect(await finished(second)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })
  })
  expect(statuses(await run(body))).toEqual(allSucceeded)
}, 60_000)

test('a parked deployment fails the pipeline and waits, and a later pipeline takes its place', async () => {
  const name = newName()
  const body = { template: templateOf(name), client: { name }, variables: { company: name } }
  const failed = await runWhileBroken('ghl', body)
  expect(failed).toMatchObject({ status: 'failed', error: { code: '502.provider_error_ghl' } })
  expect(statuses(failed)).toEqual({ ...allSucceeded, deploy: 'failed' })
  expect(stageOf(failed, 'deploy')).toMatchObject({ ids: { recordId: expect.any(String) as unknown }, error: { code: '502.provider_error_ghl' } })
  expect(await deploymentOf(failed)).toMatchObject({ status: 'failed', error: { code: '502.provider_error_ghl' } })

  const later = await run(body)
  expect(statuses(later)).toEqual(allSucceeded)
  expect(await deploymentOf(failed)).toMatchObject({ status: 'failed', supersededBy: idOf(later, 'deploy', 'recordId') })
  expect(await deploymentOf(later)).toMatchObject({ status: 'success' })
}, 90_000)

test('a pipeline whose parked deployment was terminated deploys again, and closes what was left open', async () => {
  const name = newName()
  const body = { template: templateOf(name), client: { name }, variables: { company: name }, targets: ['ghl'] }
  const failed = await runWhileBroken('ghl', body)
  await stack.temporal('workflow', 'terminate', '--workflow-id', `deploy:${idOf(failed, 'plan', 'planId')}`)
  expect(statuses(await run(body))).toEqual(allSucceeded)
  expect(await deploymentOf(failed)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' }, providers: [{ provider: 'ghl', status: 'cancelled' }] })
}, 60_000)

test("a parked deployment of a pipeline can be retried by hand; the pipeline's end stays what it was", async () => {
  const name = newName()
  const failed = await runWhileBroken('retell', { template: templateOf(name), client: { name }, variables: { company: name }, targets: ['retell'] })
  expect((await stack.call('POST', `/api/v1/deployments/${idOf(failed, 'deploy', 'recordId')}/retry`, {})).status).toBe(202)
  await until(() => deploymentOf(failed), ({ status }) => status === 'success')
  expect((await read(failed.id)).status).toBe('failed')
}, 60_000)

test('a pipeline that meets a running deployment of a plan with a common provider fails with its name', async () => {
  const one = await openCase(stack)
  const { planId } = await one.plan({ targets: ['ghl'] })
  const running = await whileUnfinished(stack.db, async () => {
    const begun = await one.start(planId)
    const pipeline = await run({ templateId: one.templateId, clientId: one.clientId, variables: { company: one.company }, targets: ['retell', 'ghl'] })
    expect((await one.record(begun)).status).toBe('running')
    expect(pipeline).toMatchObject({ status: 'failed', error: { code: '409.deployment_in_progress', message: expect.stringContaining(begun) as unknown } })
    expect(stageOf(pipeline, 'deploy').ids).toEqual({})
    return begun
  })
  await one.settled(running)
}, 60_000)

test('a pipeline of a parked plan that meets a running deployment of another fails with its name, and has no record', async () => {
  const one = await openCase(stack)
  const body = { templateId: one.templateId, clientId: one.clientId, variables: { company: one.company }, targets: ['retell', 'ghl'] }
  const parked = await runWhileBroken('ghl', body)
  const { planId } = await one.plan({ targets: ['ghl'] })
  const running = await whileUnfinished(stack.db, async () => {
    const begun = await one.start(planId)
    const pipeline = await run(body)
    expect((await one.record(begun)).status).toBe('running')
    expect(pipeline).toMatchObject({ status: 'failed', error: { code: '409.deployment_in_progress', message: expect.stringContaining(begun) as unknown } })
    expect(stageOf(pipeline, 'deploy').ids).toEqual({})
    expect(await deploymentOf(parked)).not.toHaveProperty('supersededBy')
    return begun
  })
  await one.settled(running)
  expect(statuses(await run(body))).toEqual(allSucceeded)
}, 90_000)

test('a pipeline goes on after its worker is replaced, and makes nothing twice', async () => {
  const name = newName()
  await stack.faults('ghl', { rate: 0, latencyMs: 600 })
  const { body } = await start({ template: templateOf(name), client: { name }, variables: { company: name } })
  await until(() => read(body.pipelineId), ({ stages }) => stages.some(({ name: stage, status }) => stage === 'deploy' && status === 'running'))
  await stack.worker.stop()
  await stack.faults('ghl', { rate: 0 })
  expect((await read(body.pipelineId)).status).toBe('running')
  await stack.startWorker()
  const pipeline = await finished(body.pipelineId, 60)
  expect(statuses(pipeline)).toEqual(allSucceeded)
  for (const provider of ['n8n', 'ghl']) {
    const links = (await stack.call<{ provider: string }[]>('GET', `/templates/${idOf(pipeline, 'import', 'templateId')}/links`)).body.filter((link) => link.provider === provider)
    expect((await stack.state(provider)).filter((row) => row.name.toLowerCase().startsWith(name.toLowerCase()))).toHaveLength(links.length)
  }
}, 90_000)

// Begun long before, since a pipeline that nobody tells asks only twice a minute.
test('a pipeline whose deployment ended without a word finds out by itself', async () => {
  expect(await finished(orphaned?.pipelineId ?? '')).toMatchObject({ status: 'failed', error: { code: '499.cancelled', message: expect.stringContaining('terminated by mistake') as unknown } })
}, 60_000)
