/** The API as a process: node bin/api.ts */
import { setTimeout as sleep } from 'node:timers/promises'
import { createApp } from '../api/app.ts'
import { createApiServer } from '../api/server.ts'
import { loadConfig } from '../config.ts'
import { assembleApi } from './api-context.ts'
import { codeOf } from './error-code.ts'
import { addressOf } from './server-address.ts'
import { endOnCrash, explain } from './telemetry/crash.ts'

/** Says to whoever started this that the port is taken. */
const portBusy = 98
const graceMs = 3_500

async function serve(): Promise<void> {
  const config = loadConfig(process.env)
  const { ctx, endStreams, takeRequests, close } = assembleApi(config)
  const server = createApiServer(createApp(ctx))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, resolve)
  })
  const { address, family, port } = addressOf(server)
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${String(port)}`
  ctx.log.info({ url }, 'listening')
  takeRequests()
  process.send?.({ type: 'ready', url })

  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    const closed = new Promise((resolve) => { server.close(resolve) })
    const cut = setTimeout(() => { server.closeAllConnections() }, graceMs)
    server.closeIdleConnections()
    endStreams()
    void closed.then(async () => {
      clearTimeout(cut)
      await Promise.race([close(), sleep(1_000)])
      // An open IPC channel, or a timer of a library, would keep the process.
      process.exit(0)
    })
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)
  process.on('disconnect', stop)
}

endOnCrash('slipway-api')
try {
  await serve()
} catch (error) {
  if (codeOf(error) === 'EADDRINUSE') {
    console.error(explain(error))
    process.exit(portBusy)
  }
  console.error(explain(error))
  process.exit(1)
}
