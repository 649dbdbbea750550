import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import pg from 'pg'
import { startPostgres } from '../../../bin/stack/postgres.ts'
import { startPostgrest } from '../../../bin/stack/postgrest.ts'
import { createHttp } from '../../../providers/http.ts'
import type { Account } from '../../../providers/provider.ts'
import { supabase } from '../../../providers/supabase/index.ts'

export const jwtSecret = 'a secret of at least thirty-two characters'
export const secretKey = 'sb_secret_of_this_test'

export interface Project {
  url: string
  /** PostgREST itself. */
  restUrl: string
  serviceRoleKey: string
  databaseUrl: string
  /** Method, path with query, and headers of every request. */
  requests: { method: string; url: string; headers: Record<string, string | string[] | undefined> }[]
  /** Answers the next requests instead of PostgREST, in order. */
  answers: { status: number; body: string; headers?: Record<string, string>; cut?: boolean }[]
  sql(text: string): Promise<pg.QueryResult>
  /** With no tables, as on the first day. */
  empty(): Promise<void>
  /** Waits until PostgREST knows a table for good: reloads of its cache that were asked for before may be under way still. */
  known(table: string): Promise<void>
  stop(): Promise<void>
}

/** A project as supabase.com has it: real PostgreSQL, real PostgREST, and the gateway's few duties. */
export async function startProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'supabase-'))
  const database = await startPostgres({ dataDir: join(folder, 'data'), password: 'owner' })
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => undefined)
  await pool.query(`create role anon nologin; create role service_role nologin bypassrls;
    create role authenticator login noinherit password 'gate'; grant anon, service_role to authenticator;
    grant usage on schema public to anon, service_role`)
  const rest = await startPostgrest({ databaseUrl: database.url.replace('slipway:owner', 'authenticator:gate'), jwtSecret })
  const serviceRoleKey = await new SignJWT({ role: 'service_role' }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(jwtSecret))
  const gate: Pick<Project, 'requests' | 'answers'> = { requests: [], answers: [] }

  const gateway = createServer((req, res) => {
    gate.requests.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers })
    const answer = gate.answers.shift()
    if (answer?.cut) return void res.writeHead(answer.status, { 'content-length': 1_000 }).write(answer.body, () => setTimeout(() => res.destroy(), 20))
    if (answer) return void res.writeHead(answer.status, answer.headers).end(answer.body)
    const key = req.headers['apikey'] === secretKey ? serviceRoleKey : req.headers['apikey']
    const bearer = req.headers['authorization'] ?? `Bearer ${String(key)}`
    if (key === undefined || !req.url?.startsWith('/rest/v1')) return void res.writeHead(401).end('{"message":"No API key found in request"}')
    const inner = request(`${rest.url}${req.url.slice('/rest/v1'.length)}`, { method: req.method ?? 'GET', headers: { ...req.headers, authorization: bearer } }, (out) => {
      res.writeHead(out.statusCode ?? 502, out.headers)
      out.pipe(res)
    })
    inner.on('error', () => res.writeHead(502).end())
    req.pipe(inner)
  })
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))

  return {
    ...gate,
    url: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
    restUrl: rest.url,
    serviceRoleKey,
    databaseUrl: database.url,
    sql: (text) => pool.query(text),
    async known(table) {
      for (let [seen, left] = [0, 200]; seen < 4; left -= 1) {
        const { status } = await touch(`${rest.url}/${table}`, serviceRoleKey)
        if (left === 0) throw new Error(`PostgREST does not know ${table}: it answered ${String(status)}`)
        seen = status < 300 ? seen + 1 : 0
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async empty() {
      gate.answers.length = 0
      await pool.query(`drop table if exists prompts, documents; notify pgrst, 'reload schema'`)
      await untilForgotten(`${rest.url}/prompts`, serviceRoleKey)
      gate.requests.length = 0
    },
    async stop() {
      gateway.closeAllConnections()
      gateway.close()
      await rest.stop()
      await pool.end()
      await database.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An upsert of nothing. */
const touch = (table: string, key: string): Promise<Response> =>
  fetch(`${table}?on_conflict=owner,key&columns=owner`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'resolution=merge-duplicates' }, body: '[]' })

/** An upsert asks PostgREST's cache, which learns of a dropped table a little later. */
async function untilForgotten(table: string, key: string): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    const answer = await touch(table, key)
    if (answer.status === 404) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export function accountOf(baseUrl: string, secrets: Record<string, string>, allowPrivateAddresses = true): Account<unknown> {
  const connection = { id: 'c1', provider: 'supabase', baseUrl, config: {}, secrets }
  const http = createHttp({ provider: 'supabase', timeoutMs: 5_000, allowPrivateAddresses })
  return { client: supabase.connect(connection, http), connection, siblings: [] }
}
