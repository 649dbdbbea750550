import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { inTenant } from '../../db/client.ts'
import { recordResolution } from '../../db/template-commits.ts'
import { startGitRemote } from '../e2e/git-server.ts'
import { withLocked } from '../support/database.ts'
import { readHistories, replayed, writeHistory } from '../support/histories.ts'
import type { History } from '../support/histories.ts'
import { deploy, deployUntilParked, importContent, importSmall, linksOf, planFor, quickRetries, recordOf, settled, signal, smallTemplate, stepOf } from '../support/small-plan.ts'
import type { Planned } from '../support/small-plan.ts'
import { stageQueue } from '../../contracts/workflow.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

/** RECORD_HISTORIES=1 keeps what is recorded here; without it, what was recorded is only replayed. */
const keep = process.env['RECORD_HISTORIES'] === '1'
const recorded = new Map<string, History>()

let stack: TestStack
let templateId: string
beforeAll(async () => {
  stack = await startStack({ env: { ...quickRetries, PROVIDER_ATTEMPTS: '2', GIT_SCHEDULE_SECONDS: '5' } })
})
afterAll(async () => {
  await stack.close()
  if (keep) for (const [name, history] of recorded) writeHistory(name, history)
})

const record = async (name: string, workflowId: string): Promise<void> => {
  recorded.set(name, await replayed(stack, name, workflowId))
}

const seen = new Set<string>()
/** The run of a type that `act` has started. */
const recordNew = async (name: string, type: string, act: () => Promise<unknown>): Promise<void> => {
  const list = async () => (JSON.parse(await stack.temporal('workflow', 'list', '--query', `WorkflowType="${type}"`, '-o', 'json')) as { execution: { workflowId: string } }[]).map(({ execution }) => execution.workflowId)
  for (const id of await list()) seen.add(id)
  await act()
  const [id = ''] = (await until(list, (ids) => ids.some((one) => !seen.has(one)), 10)).filter((one) => !seen.has(one))
  seen.add(id)
  await record(name, id)
}

const post = async (path: string, body: object, status: number): Promise<Record<string, string>> => {
  const answer = await stack.call<Record<string, string>>('POST', path, body)
  expect([path, answer.status]).toEqual([path, status])
  return answer.body
}
const break_ = (provider: string) => stack.faults(provider, { rate: 1, kinds: ['500'] })
const heal = (provider: string) => stack.faults(provider, { rate: 0 })
const park = async (company: string): Promise<{ planned: Planned; recordId: string }> => {
  const planned = await planFor(stack, templateId, company)
  await break_('ghl')
  return { planned, recordId: await deployUntilParked(stack, planned) }
}
const succeeded = (recordId: string) => until(() => recordOf(stack, recordId), ({ status }) => status === 'success')

test('the stages', async () => {
  await recordNew('importTemplate', 'importTemplate', async () => { templateId = await importSmall(stack) })
  await recordNew('importTemplate.refused', 'importTemplate', () => post('/templates/import', importContent('refused', 'resources: { x: { provider: retell, type: nonsense, spec: {} } }'), 400))
  await recordNew('importTemplate.fetched', 'importTemplate', () => stack.call('POST', '/templates/import', { kind: 'project', name: 'away', contentRef: 'git+https://127.0.0.1:9/nobody.git#template.yaml' }))
  await recordNew('customizeTemplate', 'customizeTemplate', () => post(`/templates/${templateId}/customize`, { variables: { company: 'acme' } }, 201))
  await recordNew('previewCustomization', 'previewCustomization', () => post(`/templates/${templateId}/customize`, { variables: { company: 'acme' }, dryRun: true }, 200))
  await recordNew('scoreTemplate', 'scoreTemplate', () => post('/api/v1/quality/score', { templateId }, 200))
  await recordNew('scoreTemplate.refused', 'scoreTemplate', () => post('/api/v1/quality/score', { templateId, version: '9.9.9' }, 404))
  const written = await importSmall(stack, 'written', 'variables: { type: object, properties: {} }\nresources: { label: { provider: ghl, type: tag, spec: { name: { x-llm: { instruction: One word } } } } }')
  await recordNew('customizeTemplate.written', 'customizeTemplate', () => stack.call('POST', `/templates/${written}/customize`, { variables: {}, useLlm: true }))
  await recordNew('previewCustomization.written', 'previewCustomization', () => stack.call('POST', `/templates/${written}/customize`, { variables: {}, useLlm: true, dryRun: true }))
  const project = await post('/templates/import', { kind: 'project', name: 'project', content: { files: [{ path: 'README.md', content: '# ${{ variables.projectName }}' }] } }, 201)
  const instantiate = (body: object) => stack.call('POST', `/api/v1/templates/${project['templateId'] ?? ''}/instantiate`, body)
  await recordNew('instantiateProject', 'instantiateProject', () => instantiate({ projectName: 'orders' }))
  await recordNew('instantiateProject.refused', 'instantiateProject', () => instantiate({ projectName: 'orders', parameters: { colour: 'red' } }))
  const unwanted = await importSmall(stack, 'unwanted')
  const begin = { tenantId: stack.tenantId, actor: 'recorder', correlationId: 'recorded', templateId: unwanted, force: false }
  await recordNew('deleteTemplate', 'deleteTemplate', () => stack.temporal('workflow', 'start', '--type', 'deleteTemplate', '--task-queue', stageQueue, '--workflow-id', 'stream:recorded', '--input', JSON.stringify(begin)))
  const client = await post('/api/v1/clients', { name: 'stages' }, 201)
  let planId = ''
  await recordNew('planDeployment', 'planDeployment', async () => { planId = (await post(`/templates/${templateId}/plan`, { clientId: client['id'], targets: ['ghl', 'n8n', 'retell'], variables: { company: 'stages' } }, 201))['planId'] ?? '' })
  await post(`/templates/${templateId}/resources`, { planId }, 201)
  await record('initializeResources', `resources:${planId}`)
  await post('/api/v1/connections', { provider: 'supabase', clientId: client['id'], baseUrl: 'sandbox:supabase', secrets: { serviceKey: 'no.good.key' } }, 201)
  await stack.call('POST', `/templates/${templateId}/resources`, { planId })
  await record('initializeResources.failed', `resources:${planId}`)
  let connectionId = ''
  await recordNew('checkConnection.shape', 'checkConnection', async () => { connectionId = (await post('/api/v1/connections', { provider: 'retell', clientId: client['id'], baseUrl: 'sandbox:retell', secrets: { apiKey: 'key_sandbox' } }, 201))['id'] ?? '' })
  await recordNew('checkConnection.vendor', 'checkConnection', () => post(`/api/v1/connections/${connectionId}/test`, {}, 200))
})

test('the repository', async () => {
  const id = `repository:${stack.tenantId}`
  const rested = () => until(() => stack.temporal('workflow', 'describe', '--workflow-id', id), (text) => /Status\s+COMPLETED/i.test(text))
  await importSmall(stack, 'committed')
  await rested()
  await record('repository', id)
  const remote = await startGitRemote({ token: 'a-git-secret' })
  try {
    await stack.call('POST', '/api/v1/admin/git/sync')
    await post('/api/v1/connections', { provider: 'git', baseUrl: remote.url, secrets: { token: 'a-git-secret' } }, 201)
    await post('/api/v1/admin/git/sync', {}, 200)
    await rested()
    await record('repository.synced', id)
  } finally {
    await remote.close()
  }
  await recordNew('keepRepositories', 'keepRepositories', () => inTenant(stack.db, stack.tenantId, (tx) => recordResolution(tx, { tenantId: stack.tenantId, path: 'retell/nobody/template.yaml', actor: 'test' })))
})

test('deployments that succeed, and their undeployment', async () => {
  const planned = await planFor(stack, templateId, 'succeeding')
  await settled(stack, await deploy(stack, planned))
  await record('deployPlan.success', `deploy:${planned.planId}`)
  const { recordId } = await post(`/api/v1/plans/${planned.planId}/undeploy`, {}, 202)
  await succeeded(recordId ?? '')
  await record('undeployPlan.success', `undeploy:${planned.planId}`)
  const waves = await importSmall(stack, 'waves', smallTemplate.replace('name: "caller ${{ variables.company }}"', 'name: "caller ${{ resources.brain.id }}"'))
  const other = await planFor(stack, waves, 'in waves')
  await settled(stack, await deploy(stack, other))
  await record('deployPlan.waves', `deploy:${other.planId}`)
})

const llm = (prompt: string) => ({ provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', model: 'gpt-4.1', general_prompt: prompt } })
const flow = (name: string) => ({ provider: 'n8n', type: 'workflow', spec: { name, nodes: [{ id: '5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0a01', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} }], connections: {}, settings: {} } })
/** At each of two providers one resource that the other's second one needs. */
const mutual = {
  variables: { type: 'object', properties: { company: { type: 'string' } } },
  resources: {
    brain: llm('Greet ${{ variables.company }}'), flow: flow('${{ variables.company }} flow'),
    second: llm('Call ${{ resources.flow.id }}'), third: flow('for ${{ resources.brain.id }}'),
    label: { provider: 'ghl', type: 'tag', spec: { name: 'caller ${{ variables.company }}' } },
  },
}

test('a deployment of which two providers go on at the same moment', async () => {
  const planned = await planFor(stack, await importSmall(stack, 'mutual', JSON.stringify(mutual)), 'at once')
  await break_('ghl')
  await stack.faults('n8n', { rate: 0, latencyMs: 250 })
  await stack.faults('retell', { rate: 0, latencyMs: 1_000 })
  // What parks one holds the run's task open, so that what the others have done arrives together.
  const recordId = await withLocked(stack.db, 'dead_letters', async () => {
    const began = await deploy(stack, planned)
    await until(() => linksOf(stack, planned), (links) => links.length === 2)
    // One of the two is done, and Temporal has heard of it.
    const underWay = async () => (JSON.parse(await stack.temporal('workflow', 'describe', '--workflow-id', `deploy:${planned.planId}`, '-o', 'json')) as { pendingActivities?: object[] }).pendingActivities ?? []
    await until(underWay, ({ length }) => length < 2)
    return began
  })
  await heal('n8n')
  await heal('retell')
  await until(() => linksOf(stack, planned), (links) => links.length === 4)
  await settled(stack, recordId)
  await signal(stack, planned, 'skip', { provider: 'ghl', reason: 'no CRM' })
  await succeeded(recordId)
  await heal('ghl')
  await record('deployPlan.mutual', `deploy:${planned.planId}`)
})

test('deployments that park, and each way out', async () => {
  const retried = await park('retried')
  await signal(stack, retried.planned, 'retry', { provider: 'twilio' })
  await signal(stack, retried.planned, 'skip', 'ghl')
  await heal('ghl')
  await signal(stack, retried.planned, 'retry', { provider: 'ghl' })
  await succeeded(retried.recordId)
  await record('deployPlan.retried', `deploy:${retried.planned.planId}`)

  const corrected = await park('corrected')
  await stack.call('POST', `/api/v1/deployments/${corrected.recordId}/retry`, { provider: 'ghl', input: { company: 7 } })
  await heal('ghl')
  await post(`/api/v1/deployments/${corrected.recordId}/retry`, { input: { source: 'radio' } }, 202)
  await succeeded(corrected.recordId)
  await record('deployPlan.corrected', `deploy:${corrected.planned.planId}`)

  const skipped = await park('skipped')
  await signal(stack, skipped.planned, 'skip', { provider: 'ghl', reason: 'no CRM' })
  await record('deployPlan.skipped', `deploy:${skipped.planned.planId}`)

  const resolved = await park('resolved')
  await post(`/api/v1/deployments/${resolved.recordId}/resolve`, { provider: 'ghl', links: [{ name: 'label', external_id: 'by_hand' }], reason: 'by hand' }, 202)
  await record('deployPlan.resolved', `deploy:${resolved.planned.planId}`)

  const cancelled = await park('cancelled')
  await signal(stack, cancelled.planned, 'cancel', { reason: 'wrong client' })
  await record('deployPlan.cancelled', `deploy:${cancelled.planned.planId}`)

  const superseded = await park('superseded')
  await heal('ghl')
  await succeeded(await deploy(stack, superseded.planned))
  await record('deployPlan.superseded', `deploy:${superseded.planned.planId}`)
})

test('deployments that end otherwise', async () => {
  const slow = await planFor(stack, templateId, 'slow')
  await stack.faults('ghl', { latencyMs: 20_000 })
  const slowRecord = await deploy(stack, slow)
  await until(() => recordOf(stack, slowRecord), (one) => stepOf(one, 'ghl')?.status === 'running')
  await post(`/api/v1/deployments/${slowRecord}/cancel`, { reason: 'too slow' }, 202)
  await record('deployPlan.cancelled-running', `deploy:${slow.planId}`)
  await heal('ghl')

  const outside = await park('cancelled in temporal')
  await stack.temporal('workflow', 'cancel', '--workflow-id', `deploy:${outside.planned.planId}`)
  await record('deployPlan.cancelled-outside', `deploy:${outside.planned.planId}`)
  await heal('ghl')

})

test('undeployments that park, and each way out', async () => {
  const undeploy = async ({ planId }: Planned) => (await post(`/api/v1/plans/${planId}/undeploy`, {}, 202))['recordId'] ?? ''
  const parkUndeployed = async (company: string) => {
    const gone = await planFor(stack, templateId, company, ['ghl'])
    await succeeded(await deploy(stack, gone))
    await break_('ghl')
    const recordId = await undeploy(gone)
    expect((await settled(stack, recordId)).status).toBe('failed')
    await heal('ghl')
    return { gone, recordId }
  }
  const retried = await parkUndeployed('undeploy parked')
  await post(`/api/v1/deployments/${retried.recordId}/retry`, {}, 202)
  await succeeded(retried.recordId)
  await record('undeployPlan.retried', `undeploy:${retried.gone.planId}`)

  const cancelled = await parkUndeployed('undeploy cancelled')
  await post(`/api/v1/deployments/${cancelled.recordId}/cancel`, { reason: 'it stays' }, 202)
  await record('undeployPlan.cancelled', `undeploy:${cancelled.gone.planId}`)

  const superseded = await parkUndeployed('undeploy superseded')
  await succeeded(await undeploy(superseded.gone))
  await record('undeployPlan.superseded', `undeploy:${superseded.gone.planId}`)
})

test('pipelines', async () => {
  const run = async (name: string, company: string) => {
    let pipelineId = ''
    const body = { template: importContent(`pipeline ${company}`, smallTemplate), client: { name: company }, variables: { company }, targets: ['ghl', 'n8n'] }
    await recordNew(name, 'pipeline', async () => {
      pipelineId = (await post('/api/v1/pipelines', body, 202))['pipelineId'] ?? ''
      await until(() => stack.call<{ status: string }>('GET', `/api/v1/pipelines/${pipelineId}`), ({ body: { status } }) => status === 'success' || status === 'failed')
    })
    return stack.call<{ status: string }>('GET', `/api/v1/pipelines/${pipelineId}`)
  }
  expect((await run('pipeline.success', 'piped')).body.status).toBe('success')
  await break_('ghl')
  expect((await run('pipeline.failed', 'pipe broken')).body.status).toBe('failed')
  await heal('ghl')
})

test('workflows that people define', async () => {
  const clientId = (await post('/api/v1/clients', { name: 'by definition' }, 201))['id'] ?? ''
  const review = { id: 'review', uses: 'approval.wait', needs: ['customize', 'pause'] }
  const read = (runId: string) => stack.call<{ status: string; steps: { id: string; status: string }[] }>('GET', `/api/v1/workflows/runs/${runId}`)
  const begin = async (name: string, steps: object[]) => {
    await post('/api/v1/workflows', { definition: { name, steps } }, 201)
    return (await post(`/api/v1/workflows/${name}/execute`, {}, 202))['runId'] ?? ''
  }
  const reviewed = async (runId: string) => {
    await until(() => read(runId), ({ body: { steps } }) => steps.some(({ id, status }) => id === 'review' && status === 'waiting'))
    return runId
  }
  const recordRun = (situation: string, runId: string) => record(`runDefinition.${situation}`, `workflow-run:${runId}`)
  const customize = { id: 'customize', uses: 'templates.customize', with: { template: templateId, variables: { company: 'by definition' } } }
  const pause = { id: 'pause', uses: 'sleep', with: { seconds: 0.1 }, forEach: [1, 2, 3], concurrency: 2 }
  const plan = { id: 'plan', uses: 'templates.plan', needs: ['review'], with: { template: templateId, clientId, targets: ['retell'], instanceId: '${{ steps.customize.output.instanceId }}' } }
  const deploy_ = { id: 'deploy', uses: 'deployments.deploy', needs: ['plan'], with: { planId: '${{ steps.plan.output.planId }}' } }
  const links = { id: 'links', uses: 'links.read', needs: ['deploy'], if: '${{ steps.deploy.output.recordId }}', with: { template: templateId } }

  const done = await reviewed(await begin('succeeds', [customize, pause, review, plan, deploy_, links]))
  await post(`/api/v1/workflows/runs/${done}/decide`, { step: 'review', decision: 'approve' }, 202)
  await recordRun('success', done)
  expect((await read(done)).body.status).toBe('success')

  const failing = { id: 'ask', uses: 'http.request', with: { url: 'http://127.0.0.1:1/' }, retry: { attempts: 2, initialSeconds: 0.1 }, onFailure: ['tell'] }
  await recordRun('failed', await begin('fails', [failing, { id: 'tell', uses: 'sleep', with: { seconds: 0 } }, { id: 'never', uses: 'sleep', needs: ['ask'], with: { seconds: 1 } }]))

  const rejected = await reviewed(await begin('is-rejected', [customize, pause, review, plan]))
  await post(`/api/v1/workflows/runs/${rejected}/decide`, { step: 'review', decision: 'reject' }, 202)
  await recordRun('rejected', rejected)

  const cancelled = await reviewed(await begin('is-cancelled', [customize, pause, review, { id: 'long', uses: 'sleep', with: { seconds: 3_600 } }]))
  await post(`/api/v1/workflows/runs/${cancelled}/cancel`, {}, 202)
  await recordRun('cancelled', cancelled)
})

test('a run of many steps at once does the same again when it is replayed', async () => {
  const wide = Array.from({ length: 8 }, (_, n) => ({ id: `wide${String(n)}`, uses: 'sleep', with: { seconds: 0 }, ...(n % 2 === 0 ? { forEach: [1, 2, 3, 4, 5, 6], concurrency: 4 } : {}) }))
  const template = (await post('/api/v1/templates/import', importContent('at once', smallTemplate), 201))['templateId'] ?? ''
  const narrow = wide.map(({ id }, n) => ({ id: `after${String(n)}`, uses: 'templates.customize', needs: [id], with: { template, variables: { company: `at once ${String(n)}` } } }))
  await post('/api/v1/workflows', { definition: { name: 'at-once', steps: [...wide, ...narrow] } }, 201)
  for (let time = 0; time < 3; time++) await replayed(stack, 'runDefinition', `workflow-run:${(await post('/api/v1/workflows/at-once/execute', {}, 202))['runId'] ?? ''}`)
})

/** One is recorded by the test of expiry; the other is of a build before histories were kept short, which nothing records any more. */
const elsewhere = ['deployPlan.expired', 'runDefinition.long']

test('the recorded histories are those of these situations', () => {
  if (!keep) expect([...readHistories().keys()].filter((name) => !elsewhere.includes(name)).sort()).toEqual([...recorded.keys()].sort())
  expect(recorded.size).toBeGreaterThan(20)
})
