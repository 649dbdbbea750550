import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { type DeploymentEvent, type Slipway, createSlipway, isParked } from '../../client/slipway.ts'
import { quickRetries, smallTemplate } from '../support/small-plan.ts'
import { type TestStack, startStack } from '../support/stack.ts'

let stack: TestStack
let slipway: Slipway
beforeAll(async () => {
  stack = await startStack({ supabase: false, env: { ...quickRetries, PROVIDER_ATTEMPTS: '2' } })
  slipway = createSlipway({ baseUrl: stack.api, auth: { token: () => stack.token() } })
}, 120_000)
afterAll(() => stack.close())

const content = smallTemplate.replace(/initialization:[^]*/, '')
const importSmall = async (name: string) => slipway.getTemplate((await slipway.templates.import({ kind: 'project', name, content })).templateId)

test('a template goes from import to a deployment that is watched, and its links are there', async () => {
  const template = await importSmall('small')
  const client = await slipway.clients.create({ name: 'acme' })
  const plans: number[] = []
  const deployment = await template.deploy({ clientId: client.id, targets: ['n8n', 'ghl'], variables: { company: 'acme' }, approve: ({ changes }) => plans.push(changes.length) > 0 })
  if (!deployment) throw new Error('it was approved')
  expect(plans).toEqual([3])

  const events: DeploymentEvent[] = []
  const watching = slipway.watch(deployment.recordId)
  for (;;) {
    const next = await watching.next()
    if (next.done === true) {
      expect(next.value).toBe('success')
      break
    }
    events.push(next.value)
  }
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['queued', 'running', 'step.started', 'resource.created', 'step.success', 'success']))
  expect((await deployment.settled()).status).toBe('success')
  expect((await template.links()).map(({ provider, name }) => `${provider} ${name}`).sort()).toEqual(['ghl label', 'ghl source', 'n8n flow'])
  expect((await Array.fromAsync(slipway.deployments.logs(deployment.recordId, { sort: 'asc' }))).map(({ id }) => id)).toEqual(events.map(({ id }) => id).sort((a, b) => a - b))
  expect((await Array.fromAsync(slipway.deployments.list({ templateId: template.id }))).map(({ id }) => id)).toEqual([deployment.recordId])
  expect((await slipway.deployments.get(deployment.recordId)).id).toBe(deployment.recordId)

  expect(await template.deploy({ clientId: client.id, targets: ['n8n', 'ghl'], variables: { company: 'acme', source: 'web' }, approve: () => false })).toBeUndefined()
})

test('a plan that was made before is deployed by its id, and only as it was seen', async () => {
  const template = await importSmall('by plan')
  const { instanceId } = await template.customize({ variables: { company: 'planned' } })
  const client = await slipway.clients.create({ name: 'planned' })
  const { planId, planHash } = await template.plan({ clientId: client.id, targets: ['n8n'], instanceId })
  await expect(slipway.deploy({ planId, planHash: '0'.repeat(64) })).rejects.toMatchObject({ code: '409.plan_stale' })
  const deployment = await slipway.deploy({ planId, planHash })
  expect((await deployment.settled()).status).toBe('success')
  expect((await template.preview({ variables: { company: 'seen' } })).resources['flow']).toMatchObject({ provider: 'n8n' })
})

test('a deployment that is parked settles as such, takes orders, and goes on', async () => {
  const template = await importSmall('parked')
  const client = await slipway.clients.create({ name: 'parked' })
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const deployment = await template.deploy({ clientId: client.id, targets: ['ghl', 'n8n'], variables: { company: 'parked' } })
  const record = await deployment?.settled()
  expect(record && isParked(record)).toBe(true)
  expect((await slipway.deadLetters.list({ provider: 'ghl' }).page()).groups).toMatchObject([{ provider: 'ghl', count: 1 }])
  await expect(deployment?.skip({ provider: 'n8n', reason: 'no' })).rejects.toMatchObject({ code: '409.not_parked' })
  await stack.faults('ghl', { rate: 0 })
  await deployment?.retry({ provider: 'ghl' })
  expect((await deployment?.settled())?.status).toBe('success')
  expect(await slipway.deadLetters.retry()).toEqual({ retried: [], refused: [] })
})

test('skip, resolve and cancel end what is parked, each in its way', async () => {
  const template = await importSmall('orders')
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const parked = async (name: string) => {
    const client = await slipway.clients.create({ name })
    const deployment = await template.deploy({ clientId: client.id, targets: ['ghl'], variables: { company: name } })
    await deployment?.settled()
    if (!deployment) throw new Error('it was approved')
    return deployment
  }
  const [skipped, resolved, cancelled] = [await parked('one'), await parked('two'), await parked('three')]
  await stack.faults('ghl', { rate: 0 })
  await skipped.skip({ provider: 'ghl', reason: 'not wanted' })
  await resolved.resolve({ provider: 'ghl', reason: 'by hand', links: [{ name: 'source', external_id: 'cv_1' }] })
  await cancelled.cancel()
  const statuses = await Promise.all([skipped, resolved, cancelled].map(async (one) => {
    const events = one.watch()
    for (;;) {
      const { done, value } = await events.next()
      if (done) return [value, (await one.read()).providers[0]?.status]
    }
  }))
  expect(statuses).toEqual([['success', 'skipped'], ['success', 'resolved'], ['failed', 'cancelled']])
})

/** A way to the API that can be cut. */
async function startRelay(target: URL) {
  const sockets = new Set<Socket>()
  let opened = 0
  const server = createServer((inner) => {
    opened += 1
    const outer = connect(Number(target.port), target.hostname)
    for (const socket of [inner, outer]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => { sockets.delete(socket) })
    }
    inner.pipe(outer).pipe(inner)
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    opened: () => opened,
    cut: () => { for (const socket of sockets) socket.destroy() },
    stop: () => { for (const socket of sockets) socket.destroy(); server.close() },
  }
}

test('a watch whose connection breaks goes on after the last event it saw, and no event comes twice', async () => {
  const relay = await startRelay(new URL(stack.api))
  const template = await importSmall('cut')
  const client = await slipway.clients.create({ name: 'cut' })
  const deployment = await template.deploy({ clientId: client.id, targets: ['n8n', 'retell'], variables: { company: 'cut' } })
  const ids: number[] = []
  const over = createSlipway({ baseUrl: relay.url, auth: { token: () => stack.token() }, retry: { initialMs: 1 } })
  for await (const { id } of over.watch(deployment?.recordId ?? '')) {
    ids.push(id)
    if (ids.length % 3 === 0) relay.cut()
  }
  relay.stop()
  expect(relay.opened()).toBeGreaterThan(1)
  // One may be written a little later than the next.
  expect(ids.toSorted((a, b) => a - b)).toEqual((await Array.fromAsync(slipway.deployments.logs(deployment?.recordId ?? '', { sort: 'asc' }))).map(({ id }) => id))
})

test('a watch of what is not there is refused, and one that is aborted ends', async () => {
  await expect(slipway.watch('00000000-0000-4000-8000-000000000000').next()).rejects.toMatchObject({ code: '404.deployment_not_found' })
  const template = await importSmall('aborted')
  await stack.faults('n8n', { rate: 1, kinds: ['500'] })
  const client = await slipway.clients.create({ name: 'aborted' })
  const deployment = await template.deploy({ clientId: client.id, targets: ['n8n'], variables: { company: 'aborted' } })
  const controller = new AbortController()
  const watch = async () => {
    for await (const { type } of slipway.watch(deployment?.recordId ?? '', { signal: controller.signal })) if (type === 'failed') controller.abort(new Error('seen enough'))
  }
  await expect(watch()).rejects.toThrow('seen enough')
  await stack.faults('n8n', { rate: 0 })
})

test('a pipeline is followed from its first stage to its last', async () => {
  const { pipelineId } = await slipway.pipelines.start({ template: { kind: 'project', name: 'piped', content }, client: { name: 'piped' }, variables: { company: 'piped' }, targets: ['n8n'] })
  const seen = await Array.fromAsync(slipway.pipelines.watch(pipelineId, { everyMs: 20 }))
  expect(seen.at(-1)).toMatchObject({ status: 'success', stages: [{ name: 'import' }, { name: 'customize' }, { name: 'plan' }, { name: 'resources' }, { name: 'deploy', status: 'success' }] })
  expect((await slipway.pipelines.get(pipelineId)).status).toBe('success')
})

test('a workflow is defined, run, watched and decided', async () => {
  expect((await slipway.workflows.actions()).items.map(({ name }) => name)).toContain('approval.wait')
  await slipway.workflows.put('name: sdk-review\nsteps: [{ id: review, uses: approval.wait, with: { message: Go on? } }]')
  expect((await slipway.workflows.preview('sdk-review')).steps).toMatchObject([{ id: 'review' }])
  const { runId } = await slipway.workflows.run('sdk-review')
  const seen: string[] = []
  for await (const { status } of slipway.workflows.runs.watch(runId)) {
    seen.push(status)
    if (status === 'waiting') await slipway.workflows.runs.decide(runId, { step: 'review', decision: 'reject', reason: 'not yet' })
  }
  expect(seen.at(-1)).toBe('failed')
  const again = await slipway.workflows.runs.rerun(runId)
  await slipway.workflows.runs.cancel(again.runId, { reason: 'enough' })
  for await (const _ of slipway.workflows.runs.watch(again.runId)) continue
  expect((await slipway.workflows.runs.get(again.runId)).status).toBe('failed')
  expect(await Array.fromAsync(slipway.workflows.runs.list('sdk-review'), ({ id }) => id)).toEqual([again.runId, runId])
  expect((await Array.fromAsync(slipway.workflows.list({ name: 'sdk-review' }))).length).toBe(1)
  expect((await slipway.workflows.get('sdk-review')).version).toBe(1)
})

test('templates are searched, listed, versioned, compared, exported, made into projects, and deleted', async () => {
  await slipway.templates.import({ kind: 'project', contentRef: 'projects/fastapi-service' })
  const found = await slipway.search({ query: 'fastapi' }).page()
  expect(found.items.map(({ name }) => name)).toContain('fastapi-service')
  expect(found.facets.kind.length).toBeGreaterThan(0)
  expect((await Array.fromAsync(slipway.search({ query: 'fastapi', limit: 1 }))).length).toBe(found.total)
  const project = await slipway.getTemplate('fastapi-service')
  expect(new TextDecoder().decode(await project.instantiate({ projectName: 'orders-api', parameters: { resource: 'order' } }))).toContain('orders-api/README.md')
  expect((await slipway.templates.export('fastapi-service')).length).toBeGreaterThan(1_000)

  const template = await importSmall('changing')
  const updated = await slipway.templates.update('changing', { content: content.replace('telephone', 'web') })
  expect(updated.version).not.toBe(template.version)
  expect((await template.diff(template.version, updated.version)).changes).toMatchObject([{ pointer: '/variables/properties/source/default' }])
  expect((await template.diff(template.version)).to).toBe(updated.version)
  expect((await slipway.templates.rollback('changing', template.version)).version).toBe('1.0.2')
  expect(await Array.fromAsync(template.versions(), ({ version }) => version)).toEqual(['1.0.2', '1.0.1', '1.0.0'])
  expect((await template.content('1.0.0')).artifact.name).toBe('changing')
  expect(JSON.parse(new TextDecoder().decode(await slipway.templates.export('changing', '1.0.0')))).toMatchObject({ name: 'changing', version: '1.0.0' })
  expect(await slipway.templates.delete('changing')).toBeUndefined()
  await expect(slipway.getTemplate('changing')).rejects.toMatchObject({ code: '404.template_not_found' })
  expect((await slipway.templates.restore('changing')).name).toBe('changing')
  expect((await slipway.templates.publish('changing')).status).toBe('published')
  expect((await Array.fromAsync(slipway.templates.list({ name: 'changing' }))).length).toBe(1)
})

test('quality is validated, scored and reported', async () => {
  const { id } = await importSmall('judged')
  expect(await slipway.quality.validate({ templateId: id })).toMatchObject({ valid: expect.any(Boolean) })
  expect((await slipway.quality.score({ templateId: id })).quality_score).toEqual(expect.any(Number))
  expect((await slipway.quality.report()).total).toBeGreaterThan(0)
})
