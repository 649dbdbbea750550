/** What HighLevel answers when it refuses. The message of a 422 is a list, of anything else a string. */
export class GhlRefusal extends Error {
  readonly status: number
  readonly body: Record<string, unknown>

  constructor(status: number, message: string | string[], more: Record<string, unknown> = {}) {
    super(String(message))
    this.name = 'GhlRefusal'
    this.status = status
    this.body = { statusCode: status, message, ...names[status], ...more }
  }
}

const names: Record<number, { error: string }> = {
  400: { error: 'Bad Request' },
  404: { error: 'Not Found' },
  422: { error: 'Unprocessable Entity' },
}
