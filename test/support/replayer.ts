/** Replays histories for the tests, in a process of its own: Temporal's replaying worker hooks into every promise of its process and never lets go, which fills the memory of whoever measures coverage. */
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import type { PayloadCodec } from '@temporalio/common'
import { startTracing } from '../../bin/telemetry/tracing.ts'
import { groupOf } from './activity-groups.ts'

export interface ReplayOrder {
  id: number
  name: string
  history: unknown
  workflowBundle: { codePath: string } | { code: string }
}

export interface Replayed {
  id: number
  /** What the providers' activities were to make. */
  groups: string[]
  error?: { name: string; message: string }
}

// A replay that fails says so in its answer; what else the worker tells is noise.
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { forward: {}, filter: 'OFF' } } })
const { plugin } = startTracing({ service: 'test', version: '0', endpoint: undefined })

async function replay({ id, name, history, workflowBundle }: ReplayOrder): Promise<Replayed> {
  const groups: string[] = []
  const listening: PayloadCodec = {
    encode: (payloads) => {
      groups.push(...payloads.flatMap(({ data }) => groupOf(Buffer.from(data ?? []).toString('base64')) ?? []))
      return Promise.resolve(payloads)
    },
    decode: (payloads) => Promise.resolve(payloads),
  }
  try {
    await Worker.runReplayHistory({ workflowBundle, replayName: name, plugins: [plugin], dataConverter: { payloadCodecs: [listening] } }, history, name)
    return { id, groups }
  } catch (error) {
    const { name: kind, message } = error as Error
    return { id, groups, error: { name: kind, message } }
  }
}

let before = Promise.resolve()
process.on('message', (order: ReplayOrder) => {
  before = before.then(() => replay(order)).then((answer) => { process.send?.(answer) })
})
// Whoever asked is gone.
process.on('disconnect', () => { process.exit(0) })
