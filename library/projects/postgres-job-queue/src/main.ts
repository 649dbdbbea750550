import { tasks } from './tasks.ts'
import { startWorker } from './worker.ts'

const databaseUrl = process.env['DATABASE_URL']
if (databaseUrl === undefined) throw new Error('DATABASE_URL is missing')

const log = (line: Record<string, unknown>): void => { console.log(JSON.stringify({ time: new Date().toISOString(), ...line })) }
const worker = await startWorker({
  databaseUrl, tasks, log,
  queues: [
${%- for queue in variables.queues %}
    { name: '${{ queue.name }}', concurrency: ${{ queue.concurrency }} },
${%- endfor %}
  ],
})
log({ level: 'info', message: 'working', worker: worker.name })
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void worker.stop().then(() => { process.exit(0) }))
