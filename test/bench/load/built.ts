import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startNodeProcess } from '../../../bin/stack/node-process.ts'
import type { Product } from '../../support/product.ts'

/** API and worker as they are shipped, over a product's servers. */
export interface Built {
  apiUrl: string
  pids(): { api: number; worker: number }
  stop(): Promise<void>
}

/** Whoever starts the product beside it keeps its own worker away from the deployments with these. */
export const aside = { WORKER_WORKFLOWS: 'false', PROVIDERS: 'llm' }

const file = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/** Development bundles the workflows in the worker itself, which costs memory that a built worker does not have. */
export async function startBuilt(product: Product, env: Record<string, string>, options: { fresh: boolean; say: (line: string) => void }): Promise<Built> {
  if (options.fresh || !existsSync(file('dist/bin/worker.js'))) execFileSync(process.execPath, [file('bin/build.ts')], { stdio: 'ignore' })
  const { databaseUrl, temporalAddress, temporalNamespace, sandboxes } = product.stack()
  const environment = {
    PATH: process.env['PATH'], NODE_ENV: 'development', PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'warn', DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: temporalNamespace,
    JWT_SECRET: product.secrets.jwtSecret, ENCRYPTION_KEY: product.secrets.encryptionKey,
    ...Object.fromEntries(Object.entries(sandboxes).map(([name, url]) => [`SANDBOX_${name.toUpperCase()}_URL`, url])),
    ...env,
  }
  const start = <T>(name: string) => startNodeProcess<T>({ name, script: file(`dist/bin/${name}.js`), env: environment, log: (line) => { options.say(`  ${name}: ${line.slice(0, 500)}`) } })
  const [api, worker] = await Promise.all([start<{ url: string }>('api'), start('worker')])
  return { apiUrl: api.info.url, pids: () => ({ api: api.pid, worker: worker.pid }), stop: async () => { await Promise.all([api.stop(), worker.stop()]) } }
}
