/** What n8n answers when it refuses: one message, a status, and sometimes more. There is no error code. */
export class N8nRefusal extends Error {
  readonly status: number
  readonly more: Record<string, unknown>

  constructor(status: number, message: string, more: Record<string, unknown> = {}) {
    super(message)
    this.name = 'N8nRefusal'
    this.status = status
    this.more = more
  }
}
