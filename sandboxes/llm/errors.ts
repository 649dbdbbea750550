/** A refusal in OpenAI's shape: `{"error": {message, type, param, code}}`. */
export class LlmError extends Error {
  readonly status: number
  readonly type: string
  readonly param: string | null
  readonly code: string | null
  constructor(status: number, message: string, { type, param, code }: { type?: string; param?: string; code?: string } = {}) {
    super(message)
    this.name = 'LlmError'
    this.status = status
    this.type = type ?? 'invalid_request_error'
    this.param = param ?? null
    this.code = code ?? null
  }
}
