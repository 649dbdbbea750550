import { GiveUp } from './worker.ts'
import type { Task } from './worker.ts'

/** What is done with each kind of job, by its task's name. */
export const createTasks = ({ mailUrl }: { mailUrl: string }): Record<string, Task> => ({
  'send-receipt': async (payload, { id, signal }) => {
    const { order } = payload as { order?: unknown }
    if (typeof order !== 'number') throw new GiveUp('the payload has no order')
    // The vendor knows the key: a second attempt sends no second mail.
    const answer = await fetch(mailUrl, { method: 'POST', headers: { 'idempotency-key': `job-${id}` }, body: JSON.stringify({ order }), signal })
    if (!answer.ok) throw new Error(`the mail service answered ${answer.status}`)
  },
})
