import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quickRetries, smallTemplate } from '../support/small-plan.ts'
import { type TestStack, startStack, until } from '../support/stack.ts'
import { type Ended, newFolder, startSlipway } from './slipway.ts'

let stack: TestStack
let env: Record<string, string>
const folder = newFolder()
const small = join(folder, 'small.yaml')
const contentNamed = (name: string): string => `kind: project\nname: ${name}\n${smallTemplate.replace(/initialization:[^]*/, '')}`
beforeAll(async () => {
  stack = await startStack({ supabase: false, env: { ...quickRetries, PROVIDER_ATTEMPTS: '2' } })
  env = { SLIPWAY_URL: stack.api, SLIPWAY_TOKEN: await stack.token(), SLIPWAY_CONFIG: join(folder, 'profile.json') }
  writeFileSync(small, contentNamed('small'))
  await stack.call('POST', '/templates/import', { kind: 'project', content: contentNamed('small') })
}, 120_000)
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await stack.close()
})

const slipway = (args: string[], input = ''): Promise<Ended> => startSlipway(args, { env, input }).ended
interface Deployed { recordId: string; planId: string; status: string; links: { provider: string; name: string; url: string }[] }
async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await slipway([...args, '--json'])
  if (code !== 0) throw new Error(`${String(code)}: ${out}${err}`)
  return JSON.parse(out) as T
}

test('a raw n8n export is deployed in one line, to a client that is made for it, and its link is printed', async () => {
  const file = 'docs/examples/call-me-back.json'
  const { code, out, err } = await slipway(['deploy', file, '--client', 'acme', '--target', 'n8n'])
  expect([code, err]).toEqual([0, expect.stringMatching(/There was no client "acme": it has been made\.[^]*\+ n8n workflow workflow create[^]*1 create[^]*n8n: workflow created[^]*Deployed/)])
  expect(out).toMatch(/^PROVIDER +TYPE +NAME +URL\nn8n +workflow +workflow +http\S+\n$/)
  const there = (await stack.state('n8n')).find(({ name }) => name.startsWith('Call me back'))
  expect(there?.body['nodes']).toEqual((JSON.parse(readFileSync(file, 'utf8')) as { nodes: unknown }).nodes)

  expect((await slipway(['templates', 'show', 'Call me back'])).out).toContain('It has no variables.')
  const again = await slipway(['deploy', file, '--client', 'acme', '--json'])
  expect(again.err).toContain('Nothing new in docs/examples/call-me-back.json')
  expect(again.err).not.toContain('There was no client')
  expect(JSON.parse(again.out) as Deployed).toMatchObject({ status: 'success', links: [{ provider: 'n8n', name: 'workflow' }] })
  expect((await slipway(['links', 'Call me back', '--client', 'acme'])).out).toBe(out)
}, 60_000)

test('templates are imported, found, shown, changed, compared and exported', async () => {
  const source = join(folder, 'changing.yaml')
  writeFileSync(source, contentNamed('changing'))
  expect((await json<{ version: string }>('templates', 'import', source)).version).toBe('1.0.0')
  writeFileSync(source, contentNamed('changing').replace('telephone', 'web'))
  expect((await slipway(['templates', 'import', source])).err).toContain('version 1.0.1')
  expect((await json<{ name: string }[]>('templates', 'list', '--kind', 'project')).map(({ name }) => name)).toEqual(['changing', 'small'])
  expect((await json<{ items: { name: string }[] }>('templates', 'search', 'changing', '--kind', 'project')).items.map(({ name }) => name)).toEqual(['changing'])
  expect((await slipway(['templates', 'list', '--limit', '1'])).out.split('\n')).toHaveLength(3)
  const shown = await slipway(['templates', 'show', 'changing'])
  expect(shown.out).toMatch(/company +required/)
  expect(shown.out).toMatch(/source +"web"/)
  expect(shown.out).toMatch(/flow +n8n +workflow/)
  const diff = await slipway(['templates', 'diff', 'changing', '1.0.0', '1.0.1'])
  expect(diff.out).toMatch(/^-.*telephone.*\n\+.*web/m)
  expect((await slipway(['templates', 'diff', 'changing', '1.0.1'])).out).toBe('No difference.\n')
  const file = join(folder, 'exported.json')
  expect((await slipway(['templates', 'export', 'changing', '-o', file])).code).toBe(0)
  expect((await slipway(['templates', 'export', 'changing'])).out).toBe(readFileSync(file, 'utf8'))
  expect((await slipway(['templates', 'import', file])).err).toContain('Nothing new')
  expect((await slipway(['templates', 'show', 'nobody'])).code).toBe(4)

  await stack.call('POST', '/templates/import', { kind: 'project', contentRef: 'projects/fastapi-service' })
  const archive = join(folder, 'project.tar')
  expect((await slipway(['templates', 'export', 'fastapi-service', '-o', archive])).code).toBe(0)
  expect((await slipway(['templates', 'import', archive])).err).toContain('Nothing new')
  const refused = await slipway(['deploy', 'fastapi-service', '--client', 'acme'])
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('has no resources to deploy')])
}, 90_000)

test('a template is customized, planned with another variable, and deployed by its plan', async () => {
  const values = join(folder, 'values.yaml')
  writeFileSync(values, 'company: planned\n')
  const { instanceId } = await json<{ instanceId: string }>('customize', 'small', '--values', values)
  expect((await slipway(['customize', 'small', '--values', '-', '--dry-run'], 'company: seen')).out).toContain('seen flow')
  const refused = await slipway(['customize', 'small', '--json'])
  expect([refused.code, JSON.parse(refused.out)]).toEqual([1, { error: { code: '422.variables_invalid', message: expect.any(String), errors: [{ pointer: '/variables/company', message: expect.any(String) }], correlationId: expect.any(String) } }])
  expect(refused.err).toContain('/variables/company')

  const plan = await json<{ planId: string; planHash: string }>('plan', 'small', '--client', 'planned', '--target', 'n8n', '--instance', instanceId)
  const nobody = await slipway(['plan', 'small', '--client', 'nobody', '--no-create-client'])
  expect([nobody.code, nobody.err]).toEqual([4, expect.stringContaining('There is no client "nobody"')])
  expect((await slipway(['deploy', '--plan', plan.planId, '--plan-hash', '0'.repeat(64)])).code).toBe(5)
  const deployed = await json<Deployed>('deploy', '--plan', plan.planId, '--plan-hash', plan.planHash)
  expect(deployed).toMatchObject({ planId: plan.planId, status: 'success', links: [{ name: 'flow' }] })

  // With --keep the company stays, though it is not named.
  const kept = await slipway(['plan', 'small', '--client', 'planned', '--target', 'n8n', '--set', 'source=mail', '--keep'])
  expect([kept.code, kept.out]).toEqual([0, expect.stringMatching(/n8n workflow flow unchanged[^]*revision 2/)])
  expect((await slipway(['plan', 'small', '--client', 'planned', '--target', 'n8n', '--set', 'source=mail'])).code).toBe(1)
  const coloured = await startSlipway(['plan', 'small', '--client', 'planned', '--target', 'n8n', '--set', 'company=other'], { env: { ...env, FORCE_COLOR: '1' } }).ended
  expect(coloured.out).toContain('\u001b[33m~ n8n workflow flow update')
  expect(coloured.out).toMatch(/\/name: "planned flow" → "other flow"/)
  const unasked = await slipway(['undeploy', plan.planId])
  expect([unasked.code, unasked.err]).toEqual([1, expect.stringContaining('say --yes')])
  expect((await json<Deployed>('undeploy', plan.planId, '--yes')).status).toBe('success')
}, 90_000)

test('a deployment that parks ends with 6, is found among the dead letters, and is retried to its end', async () => {
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const parked = await slipway(['deploy', small, '--client', 'parked', '--target', 'ghl', '--target', 'n8n', '--set', 'company=parked', '--json'])
  const { recordId } = JSON.parse(parked.out) as Deployed
  expect([parked.code, parked.err]).toEqual([6, expect.stringContaining(`Once that is mended: slipway retry ${recordId}`)])
  expect((await slipway(['dead-letters', '--provider', 'ghl'])).out).toContain(recordId)
  expect((await json<{ groups: { count: number }[] }>('dead-letters')).groups).toMatchObject([{ count: 1 }])
  expect((await slipway(['deployments', 'show', recordId])).out).toMatch(/ghl +parked +2 +502\.provider_error_ghl/)
  expect((await json<{ id: string }[]>('deployments', 'list', '--status', 'failed')).map(({ id }) => id)).toEqual([recordId])
  expect((await slipway(['skip', recordId, '--provider', 'ghl'])).code).toBe(2)
  expect((await slipway(['skip', recordId, '--provider', 'n8n', '--reason', 'no'])).code).toBe(5)
  const watched = await slipway(['deployments', 'watch', recordId, '--json'])
  expect(watched.code).toBe(6)
  expect(watched.out.trim().split('\n').map((line) => (JSON.parse(line) as { type: string }).type)).toContain('step.parked')

  await stack.faults('ghl', { rate: 0 })
  const retried = await slipway(['retry', recordId, '--provider', 'ghl'])
  expect([retried.code, retried.err]).toEqual([0, expect.stringMatching(/retry ordered for ghl\n[^]*ghl: done/)])
  // Only what came of it: the first tries are not told again.
  expect(retried.err).not.toContain('parked')
  expect((await slipway(['dead-letters'])).out).toBe('DEPLOYMENT  PROVIDER  STATUS  CODE  MESSAGE\n')
}, 90_000)

test('skip, resolve and cancel are orders too', async () => {
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const park = async (client: string) => {
    const { out } = await slipway(['deploy', 'small', '--client', client, '--target', 'ghl', '--set', `company=${client}`, '--json'])
    return (JSON.parse(out) as Deployed).recordId
  }
  const records = [await park('skipped'), await park('resolved'), await park('cancelled')] as const
  await stack.faults('ghl', { rate: 0 })
  expect((await json<{ status: string }>('skip', records[0], '--provider', 'ghl', '--reason', 'not wanted')).status).toBe('success')
  expect((await slipway(['resolve', records[1], '--provider', 'ghl', '--reason', 'by hand', '--link', 'source'])).code).toBe(2)
  expect((await json<{ status: string }>('resolve', records[1], '--provider', 'ghl', '--reason', 'by hand', '--link', 'source=cv_1=https://x.example/1')).status).toBe('success')
  expect((await slipway(['cancel', records[2], '--reason', 'wrong client', '--no-watch'])).out).toBe(`${records[2]}\n`)
  await until(() => json<{ error?: { code: string } }>('deployments', 'show', records[2]), ({ error }) => error?.code === '499.cancelled')
  expect((await slipway(['deployments', 'watch', records[2]])).code).toBe(1)
}, 120_000)

test('^C during a watch ends it with 130 and says that the deployment goes on', async () => {
  await stack.faults('ghl', { rate: 0, latencyMs: 1_500 })
  const running = startSlipway(['deploy', 'small', '--client', 'interrupted', '--target', 'ghl', '--set', 'company=interrupted'], { env })
  await until(() => Promise.resolve(running.said()), (said) => said.includes('ghl: attempt 1'))
  running.child.kill('SIGINT')
  const { code, err } = await running.ended
  const [, recordId = ''] = /^deployment (\S+)$/m.exec(err) ?? []
  expect([code, err]).toEqual([130, expect.stringContaining(`The deployment goes on. See it again: slipway deployments watch ${recordId}`)])
  await stack.faults('ghl', { rate: 0 })
  expect((await slipway(['deployments', 'watch', recordId])).code).toBe(0)
}, 60_000)

test('what one may not do ends with 3', async () => {
  const { code, err } = await startSlipway(['deploy', 'small', '--client', 'acme', '--set', 'company=x'], { env: { ...env, SLIPWAY_TOKEN: await stack.token('viewer') } }).ended
  expect([code, err]).toEqual([3, expect.stringContaining('403.forbidden')])
})

test('a workflow is listed, run and watched', async () => {
  const definition = 'name: cli-run\ninputs: { type: object, properties: { name: { type: string } } }\nsteps: [{ id: read, uses: links.read, with: { template: "${{ inputs.name }}" } }]'
  expect((await stack.call('POST', '/api/v1/workflows', { definition })).status).toBe(201)
  expect((await slipway(['workflows', 'list'])).out).toContain('cli-run')
  const run = await slipway(['workflows', 'run', 'cli-run', '--set', 'name=small'])
  expect([run.code, run.err]).toEqual([0, expect.stringContaining('read: success')])
  const failed = await slipway(['workflows', 'run', 'cli-run', '--set', 'name=nobody', '--json'])
  expect([failed.code, failed.out]).toEqual([1, expect.stringContaining('404.template_not_found')])
  const { runId } = await json<{ runId: string }>('workflows', 'run', 'cli-run', '--set', 'name=small', '--no-watch')
  expect((await slipway(['workflows', 'watch', runId])).code).toBe(0)
}, 60_000)
