/** The vendors' stand-ins as one process. Says where they listen over its ipc channel. */
import { z } from 'zod'
import { startAll } from '../sandboxes/main.ts'

const env = process.env
const stateDir = env['SANDBOX_STATE_DIR']
if (stateDir === undefined) throw new Error('SANDBOX_STATE_DIR is not set: the folder where the sandboxes keep their state')
const target = env['SANDBOX_SUPABASE_TARGET']
const jwtSecret = env['SANDBOX_SUPABASE_JWT_SECRET']
const ports = z.record(z.string(), z.number()).parse(JSON.parse(env['SANDBOX_PORTS'] || '{}'))

const sandboxes = await startAll({ stateDir, ports, supabase: target && jwtSecret ? { target, jwtSecret } : undefined })

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  await sandboxes.close()
  process.exit(0)
}
process.on('SIGTERM', () => void stop())
process.on('SIGINT', () => void stop())
process.on('disconnect', () => void stop())
process.send?.({ type: 'ready', origins: sandboxes.origins })
if (process.send === undefined) console.log(JSON.stringify(sandboxes.origins))
