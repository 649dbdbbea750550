import { createTasks } from './tasks.ts'
import { startWorker } from './worker.ts'

/** Missing settings are noticed at the start, not by the first job. */
function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is missing`)
  return value
}

const log = (line: Record<string, unknown>): void => { console.log(JSON.stringify({ time: new Date().toISOString(), ...line })) }
const worker = await startWorker({
  databaseUrl: setting('DATABASE_URL'), tasks: createTasks({ mailUrl: setting('MAIL_URL') }), log,
  queues: [
${%- for queue in variables.queues %}
    { name: '${{ queue.name }}', concurrency: ${{ queue.concurrency }} },
${%- endfor %}
  ],
})
log({ level: 'info', message: 'working', worker: worker.name })
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void worker.stop().then(() => { process.exit(0) }))
