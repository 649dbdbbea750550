import { handlers } from './handlers.ts'
import { openInbox } from './inbox.ts'
import { createReceiver } from './receiver.ts'
import { startWorker } from './worker.ts'

const secrets = (process.env['WEBHOOK_SECRETS'] ?? '').split(' ').filter(Boolean)
if (secrets.length === 0) throw new Error('WEBHOOK_SECRETS is empty: give the secret of the sender')

const inbox = openInbox(process.env['INBOX'] ?? 'inbox.db')
const server = createReceiver(inbox, secrets).listen(Number(process.env['PORT'] ?? 8080))
const worker = startWorker(inbox, handlers)

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => {
  // First nothing new comes in, then what has begun ends, then the file is closed.
  server.close(() => void worker.stop().then(() => { inbox.close() }))
  server.closeIdleConnections()
})
