import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '../../db/pool.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { type Home, type Stack, openLog, readStack, writeStack } from './home.ts'
import { type Ready, runNodeProcess, startNodeProcess } from './node-process.ts'
import { makeFirstOwner } from './owner.ts'
import { place, placeTemporal } from './place.ts'
import { PortBusyError } from './ports.ts'
import { ensureDatabase, startPostgres } from './postgres.ts'
import { findPostgrest, startPostgrest } from './postgrest.ts'
import type { Settings } from './settings.ts'
import { prepareSupabase } from './supabase.ts'
import type { Supervisor } from './supervisor.ts'
import { findTemporalCli } from './temporal-cli.ts'
import { prepareGivenTemporal } from './temporal-given.ts'
import { startTemporal } from './temporal.ts'
import { mintToken } from './token-mint.ts'

export interface Parts {
  settings: Settings
  home: Home
  supervisor: Supervisor
  env: NodeJS.ProcessEnv
  say: (line: string) => void
}

const script = (name: string) => fileURLToPath(new URL(`../${name}.ts`, import.meta.url))
const tokenDays = 30

/** Starts every part that the environment does not bring, in the order in which they need each other. */
export async function bringUp(parts: Parts): Promise<{ stack: Stack; tenantId: string }> {
  const { settings, home, supervisor, say } = parts
  const [database, temporal] = await both(databasePart(parts), temporalPart(parts))
  const jwtSecret = settings.jwtSecret ?? home.secrets.jwtSecret
  const shared: NodeJS.ProcessEnv = {
    // Left alone, glibc gives each thread an arena and soon stops giving back what is freed: the worker would hold twice as much outside its heaps.
    MALLOC_ARENA_MAX: '2',
    MALLOC_TRIM_THRESHOLD_: '131072',
    ...parts.env,
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    OWNER_PASSWORD: '',
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: settings.temporalNamespace,
    TEMPORAL_UI_URL: temporal.uiUrl ?? '',
    JWT_SECRET: jwtSecret,
    ENCRYPTION_KEY: settings.encryptionKey ?? home.secrets.encryptionKey,
    TEMPLATES_STORAGE_PATH: parts.env['TEMPLATES_STORAGE_PATH'] || join(home.folder, 'repositories'),
  }
  const [sandboxes, tenantId] = await both(sandboxesPart(parts, database.supabaseUrl), schemaPart(parts, shared))
  const env = { ...shared, ...Object.fromEntries(Object.entries(sandboxes).map(([name, url]) => [`SANDBOX_${name.toUpperCase()}_URL`, url])) }
  const [api] = await both(apiPart(parts, env), workerPart(parts, env))

  const stack: Stack = {
    apiUrl: api.info.url,
    token: await mintToken({ secret: jwtSecret, tenant: tenantId, roles: ['owner'], subject: 'developer', ttlSeconds: tokenDays * 24 * 60 * 60, issuer: parts.env['JWT_ISSUER'] || undefined, audience: parts.env['JWT_AUDIENCE'] || undefined }),
    temporalAddress: temporal.address,
    temporalNamespace: settings.temporalNamespace,
    temporalUiUrl: temporal.uiUrl,
    temporalCliPath: temporal.cli,
    databaseUrl: database.url,
    sandboxes,
    pids: { supervisor: process.pid, ...supervisor.pids() },
  }
  writeStack(home.folder, stack)
  if (sandboxes['supabase'] === undefined) say('There is no Supabase sandbox: it needs the embedded PostgreSQL and PostgREST (Linux on x64)')
  return { stack, tenantId }
}

/** Where one fails the other is waited for all the same: nothing is stopped under somebody's hands. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other])
  return [await one, await other]
}

async function databasePart({ settings, home, supervisor, say }: Parts): Promise<{ url: string; supabaseUrl?: string }> {
  if (settings.databaseUrl !== undefined) return { url: settings.databaseUrl }
  const log = openLog(home.folder, 'postgres')
  const options = { dataDir: join(home.folder, 'pg18'), password: home.secrets.postgresPassword, log: log.write }
  const server = await supervisor.keep('postgres', (previous: Awaited<ReturnType<typeof startPostgres>> | undefined) =>
    previous === undefined
      ? place('PostgreSQL', 'PG_PORT', settings.ports.postgres, say, (port) => startPostgres({ ...options, port }))
      : startPostgres({ ...options, port: previous.port }),
  )
  await ensureDatabase(server, 'slipway')
  const url = server.databaseUrl('slipway')
  return findPostgrest() === undefined ? { url } : { url, supabaseUrl: await prepareSupabase(server, home.secrets.supabasePassword) }
}

async function temporalPart({ settings, home, supervisor, env, say }: Parts): Promise<{ address: string; uiUrl: string | null; cli: string | null }> {
  if (settings.temporalAddress !== undefined) {
    await prepareGivenTemporal(env, say)
    return { address: settings.temporalAddress, uiUrl: settings.temporalUiUrl ?? null, cli: env['TEMPORAL_CLI_PATH'] || null }
  }
  const cli = await findTemporalCli({ env, onProgress: say })
  const options = { cli, namespace: settings.temporalNamespace, dbFile: join(home.folder, 'temporal', 'temporal.db'), logFile: join(home.folder, 'logs', 'temporal.log') }
  type Kept = Awaited<ReturnType<typeof startTemporal>> & { uiPort: number }
  const start = async (ports: { port: number; uiPort: number }): Promise<Kept> => ({ ...(await startTemporal({ ...options, ...ports })), uiPort: ports.uiPort })
  const server = await supervisor.keep('temporal', (previous: Kept | undefined) =>
    previous === undefined
      ? placeTemporal({ server: settings.ports.temporal, ui: settings.ports.temporalUi }, say, start)
      : start({ port: previous.port, uiPort: previous.uiPort }),
  )
  return { address: server.address, uiUrl: settings.temporalUiUrl ?? server.uiUrl ?? null, cli }
}

/** Migrates, and makes the tenant that the token is for, with its first owner. */
async function schemaPart({ settings: { owner }, home, say }: Parts, env: NodeJS.ProcessEnv): Promise<string> {
  await runNodeProcess({ name: 'migrate', script: script('migrate'), env, log: openLog(home.folder, 'migrate').write })
  const db = openDatabase({ url: env['DATABASE_URL'] ?? '', poolSize: 1 })
  try {
    const { id } = await ensureTenant(db, 'default')
    // At once: whatever fails after this, nobody can say it again.
    if (await makeFirstOwner(db, id, owner)) say(`Owner        ${owner.email} of tenant default, password ${owner.generated ? `${owner.password} (shown only here)` : 'as OWNER_PASSWORD says'}`)
    return id
  } finally {
    await db.destroy()
  }
}

async function sandboxesPart({ home, supervisor, env }: Parts, supabaseUrl: string | undefined): Promise<Record<string, string>> {
  const { supabaseJwtSecret: jwtSecret } = home.secrets
  const log = openLog(home.folder, 'postgrest').write
  const postgrest =
    supabaseUrl === undefined
      ? undefined
      : await supervisor.keep('postgrest', (previous: Awaited<ReturnType<typeof startPostgrest>> | undefined) =>
          startPostgrest({ databaseUrl: supabaseUrl, jwtSecret, log, ...(previous === undefined ? {} : { port: previous.port }) }),
        )
  const sandboxLog = openLog(home.folder, 'sandboxes').write
  const start = (origins: Record<string, string>) =>
    startNodeProcess<{ origins: Record<string, string> }>({
      name: 'sandboxes',
      script: script('sandboxes'),
      log: sandboxLog,
      port: 0,
      env: {
        ...env,
        SANDBOX_STATE_DIR: join(home.folder, 'sandboxes'),
        SANDBOX_PORTS: JSON.stringify(Object.fromEntries(Object.entries(origins).map(([name, origin]) => [name, Number(new URL(origin).port)]))),
        SANDBOX_SUPABASE_TARGET: postgrest?.url ?? '',
        SANDBOX_SUPABASE_JWT_SECRET: jwtSecret,
      },
    })
  const known = readStack(home.folder)?.sandboxes ?? {}
  const sandboxes = await supervisor.keep('sandboxes', (previous: Ready<{ origins: Record<string, string> }> | undefined) =>
    previous === undefined
      ? // The same addresses as at the last start, so that links into the sandboxes stay good; others where they are taken.
        start(known).catch((error: unknown) => {
          if (error instanceof PortBusyError) return start({})
          throw error
        })
      : start(previous.info.origins),
  )
  return sandboxes.info.origins
}

function apiPart({ settings, home, supervisor, say }: Parts, env: NodeJS.ProcessEnv): Promise<Ready<{ url: string }>> {
  const log = openLog(home.folder, 'api').write
  const start = (port: number) => startNodeProcess<{ url: string }>({ name: 'api', script: script('api'), log, port, env: { ...env, PORT: String(port), PUBLIC_URL: env['PUBLIC_URL'] || `http://127.0.0.1:${String(port)}` } })
  return supervisor.keep('api', (previous: Ready<{ url: string }> | undefined) =>
    previous === undefined ? place('the API', 'PORT', settings.ports.api, say, start) : start(Number(new URL(previous.info.url).port)),
  )
}

function workerPart({ home, supervisor }: Parts, env: NodeJS.ProcessEnv): Promise<Ready<{ metricsUrl: string }>> {
  const log = openLog(home.folder, 'worker').write
  return supervisor.keep('worker', () =>
    startNodeProcess<{ metricsUrl: string }>({ name: 'worker', script: script('worker'), log, env: { ...env, METRICS_PORT: env['METRICS_PORT'] || '0' } }),
  )
}
