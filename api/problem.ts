import { DomainError, type ErrorCode, errorCodes, statusOf } from '../contracts/errors.ts'

export interface Problem extends Record<string, unknown> {
  type: string
  title: string
  status: number
  code: string
  detail: string
  correlationId: string
}

const titles: Partial<Record<ErrorCode, string>> = errorCodes

/** The RFC 9457 document of a refusal. */
export function problemOf({ code, message, errors, extra }: DomainError, correlationId: string): Problem {
  const title = titles[code] ?? 'The provider refused or could not be reached.'
  return { type: `urn:slipway:error:${code}`, title, status: statusOf(code), code, detail: message, ...(errors.length > 0 ? { errors } : {}), correlationId, ...extra }
}
