import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow'
import { isObject } from '../domain/json.ts'

export const refused = (code: string, message: string): ApplicationFailure => ApplicationFailure.create({ type: code, message, nonRetryable: true, details: [{ code, message }] })

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The code and sentence inside a failed activity. */
export function reasonOf(error: unknown): { code: string; message: string } {
  const cause = error instanceof ActivityFailure ? error.cause : error
  if (cause instanceof ApplicationFailure) {
    const [first] = cause.details ?? []
    const details = isObject(first) ? first : {}
    return { code: textOf(details['code']) ?? (/^\d{3}\./.test(cause.type ?? '') ? (cause.type ?? '') : '500.internal'), message: textOf(details['message']) ?? cause.message }
  }
  return { code: '500.internal', message: error instanceof Error ? error.message : String(error) }
}
