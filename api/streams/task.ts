import type { Json } from '../../contracts/json.ts'
import type { StreamRequest } from '../../contracts/stream-requests.ts'
import type { Identity } from '../auth/token.ts'

/** One message at work. */
export interface Task {
  request: StreamRequest
  asker: Identity
  /** The stream and the entry's id: the name of this request for ever. */
  stream: string
  messageId: string
  /** It was delivered before: a run of it may have begun, or be done. */
  again: boolean
}

export interface Outcome {
  templateId: string
  version: string | null
  result: Json
}

export const correlationIdOf = ({ stream, messageId }: Task): string => `${stream}/${messageId}`

/** The call that the HTTP request would be, but for what is asked. */
export const callOf = (task: Task) => ({
  ...task.asker, correlationId: correlationIdOf(task), receivedAt: performance.now(), address: '', idempotencyKey: undefined, ifMatch: undefined, lastEventId: undefined,
  params: undefined, query: undefined, body: undefined,
})
