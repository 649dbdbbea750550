import { readFileSync } from 'node:fs'
import { Client, Connection } from '@temporalio/client'
import type { ClientOptions } from '@temporalio/client'
import { pino } from 'pino'
import type { ApiContext } from '../api/context.ts'
import { createVerifier } from '../api/auth/token.ts'
import type { Config } from '../config.ts'
import { openDatabase } from '../db/client.ts'
import { openFeed } from '../db/feed.ts'
import { createVault } from '../db/vault.ts'
import { createHttpMetrics } from './telemetry/http-metrics.ts'

export const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version

const dayMs = 24 * 60 * 60 * 1_000

/** Lazy: an API whose Temporal is away starts, says so in /ready, and goes on when it is back. */
function connectTemporal({ address, namespace, apiKey, tls, clientCertPath, clientKeyPath }: Config['temporal'], extra: Pick<ClientOptions, 'interceptors' | 'plugins'>): Client {
  const clientCert = clientCertPath !== undefined && clientKeyPath !== undefined ? { clientCertPair: { crt: readFileSync(clientCertPath), key: readFileSync(clientKeyPath) } } : undefined
  const connection = Connection.lazy({ address, ...(tls || clientCert ? { tls: clientCert ?? true } : {}), ...(apiKey === undefined ? {} : { apiKey }) })
  return new Client({ connection, namespace, ...extra })
}

export interface Assembled {
  ctx: ApiContext
  /** Ends the streams; requests go on. */
  endStreams(): void
  close(): Promise<void>
}

/** Everything the API needs, from the configuration alone. */
export function assembleApi(config: Config, extra: Pick<ClientOptions, 'interceptors' | 'plugins'> & Partial<Pick<ApiContext, 'log' | 'metrics'>> = {}): Assembled {
  const { log = pino({ level: config.logLevel, base: { service: 'slipway-api' } }), metrics = createHttpMetrics(), ...client } = extra
  const db = openDatabase(config.database)
  const feed = openFeed(config.database.url)
  const temporal = connectTemporal(config.temporal, client)
  const stop = new AbortController()
  const { attempts, retryInitialMs, retryMaxMs, parkedDays } = config.deployments
  const ctx: ApiContext = {
    db,
    vault: createVault(config.encryption),
    temporal,
    temporalUiUrl: config.temporal.uiUrl,
    feed,
    verify: createVerifier(config.auth),
    rbac: config.auth.rbac,
    policy: { attempts, initialMs: retryInitialMs, maxMs: retryMaxMs, parkedMs: parkedDays * dayMs },
    log,
    metrics,
    version,
    redis: 'not configured',
    stopping: stop.signal,
  }
  return {
    ctx,
    endStreams: () => { stop.abort() },
    async close() {
      stop.abort()
      await Promise.allSettled([feed.close(), db.destroy(), temporal.connection.close()])
    },
  }
}
