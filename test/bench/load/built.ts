import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readSecrets, readStack } from '../../../bin/stack/home.ts'
import { startNodeProcess } from '../../../bin/stack/node-process.ts'
import { startProduct } from '../../support/product.ts'
import type { Product } from '../../support/product.ts'

/** A product whose API and worker are the ones that are shipped: development bundles the workflows in the worker itself, which costs memory. */
export interface Built {
  product: Product
  apiUrl: string
  pids: { api: number; worker: number }
  stop(): Promise<void>
}

const file = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
/** The worker from the sources serves nothing that a deployment needs. */
const aside = { WORKER_WORKFLOWS: 'false', PROVIDERS: 'llm' }

/** Starts the servers as development does, and what is in dist/ over them, built anew if `fresh`. */
export async function startBuilt(env: Record<string, string>, options: { fresh: boolean; say: (line: string) => void }): Promise<Built> {
  if (options.fresh || !existsSync(file('dist/bin/worker.js'))) execFileSync(process.execPath, [file('bin/build.ts')], { stdio: 'ignore' })
  const home = Promise.withResolvers<string>()
  const whole = startProduct({ env: aside, onHome: home.resolve })
  // The product is ready only when somebody serves its workflows.
  const [product, parts] = await Promise.allSettled([whole, home.promise.then((folder) => startShipped(folder, env, options.say))])
  const stop = async (): Promise<void> => {
    if (parts.status === 'fulfilled') await parts.value.stop()
    if (product.status === 'fulfilled') await product.value.stop()
  }
  if (product.status === 'fulfilled' && parts.status === 'fulfilled') return { product: product.value, apiUrl: parts.value.apiUrl, pids: parts.value.pids, stop }
  await stop()
  throw product.status === 'rejected' ? product.reason : (parts as PromiseRejectedResult).reason
}

async function startShipped(home: string, env: Record<string, string>, say: (line: string) => void): Promise<Pick<Built, 'apiUrl' | 'pids' | 'stop'>> {
  const { databaseUrl, temporalAddress, temporalNamespace, sandboxes = {} } = await stackOf(home)
  const { jwtSecret, encryptionKey } = readSecrets(home) ?? {}
  const environment = {
    PATH: process.env['PATH'], NODE_ENV: 'development', PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'warn', DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: temporalNamespace, JWT_SECRET: jwtSecret, ENCRYPTION_KEY: encryptionKey,
    ...Object.fromEntries(Object.entries(sandboxes).map(([name, url]) => [`SANDBOX_${name.toUpperCase()}_URL`, url])),
    ...env,
  }
  const start = <T>(name: string) => startNodeProcess<T>({ name, script: file(`dist/bin/${name}.js`), env: environment, log: (line) => { if (/"level":"(error|fatal)"| ERROR/.test(line)) say(`  ${name}: ${line.slice(0, 500)}`) } })
  const [api, worker] = await Promise.all([start<{ url: string }>('api'), start('worker')])
  return { apiUrl: api.info.url, pids: { api: api.pid, worker: worker.pid }, stop: async () => { await Promise.all([api.stop(), worker.stop()]) } }
}

/** Where everything listens, as soon as all of it does. */
async function stackOf(home: string): Promise<NonNullable<ReturnType<typeof readStack>>> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(100)) {
    const stack = readStack(home)
    if (stack !== undefined) return stack
  }
  throw new Error('the product did not say where it listens within 120 s')
}
