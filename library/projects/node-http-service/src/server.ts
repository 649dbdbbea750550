import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createHttpServer } from './http.ts'
import { createRoutes } from './routes.ts'
import { createMemoryStore } from './store.ts'

export interface Settings { port: number; shutdownMs: number; token: string | undefined }

/** Reads the environment once, and says all that is wrong with it. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const problems: string[] = []
  const number = (name: string, fallback: number, least: number): number => {
    const value = Number(env[name] ?? fallback)
    if (!Number.isInteger(value) || value < least) problems.push(`${name} must be a whole number from ${least}`)
    return value
  }
  const settings = { port: number('PORT', ${{ variables.port }}, 0), shutdownMs: number('SHUTDOWN_MS', 10_000, 0), token: env['API_TOKEN'] }
${%- if variables.auth == "bearer" %}
  if ((settings.token ?? '').length < 24) problems.push('API_TOKEN must have 24 characters at least: openssl rand -hex 24')
${%- endif %}
  if (problems.length > 0) throw new Error(`The service cannot start:\n${problems.join('\n')}`)
  return settings
}

export interface Running { url: string; stop(): Promise<void> }

export async function start({ port, shutdownMs, token }: Settings, log: (line: Record<string, unknown>) => void): Promise<Running> {
  let ready = true
  const server = createHttpServer({ routes: createRoutes(createMemoryStore()), maximumBodyBytes: ${{ variables.maximumBodyBytes }}, log, token, isReady: () => ready })
  server.listen(port)
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Answers what has begun; cuts what takes longer than shutdownMs. */
    async stop() {
      ready = false
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const cut = setTimeout(() => { server.closeAllConnections() }, shutdownMs)
      await closed
      clearTimeout(cut)
    },
  }
}

if (import.meta.main) {
  const log = (line: Record<string, unknown>): void => { console.log(JSON.stringify({ time: new Date().toISOString(), ...line })) }
  const running = await start(readSettings(process.env), log)
  log({ level: 'info', message: `listening at ${running.url}` })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void running.stop().then(() => { process.exit(0) }))
}
