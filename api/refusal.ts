import { ApplicationFailure } from '@temporalio/common'
import { z } from 'zod'
import { jsonObject } from '../contracts/artifact.ts'
import { DomainError, type ErrorCode, errorCodes } from '../contracts/errors.ts'

const isCode = (text: string | null | undefined): text is ErrorCode => text !== null && text !== undefined && (text in errorCodes || /^502\.provider_error_[a-z][a-z0-9-]*$/.test(text))

/** What `FailureDetails` says besides the code, which is the failure's type. */
const failureDetails = z.object({ message: z.string(), errors: z.array(z.object({ pointer: z.string(), message: z.string() })), extra: jsonObject }).partial()

/** The refusal that a workflow or update ended with, however deep it lies. */
export function refusalIn(error: unknown): DomainError | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (!(at instanceof ApplicationFailure) || !isCode(at.type)) continue
    const details = failureDetails.safeParse(at.details?.[0]).data
    return new DomainError(at.type, details?.message ?? at.message, { ...(details?.errors ? { errors: details.errors } : {}), ...(details?.extra ? { extra: details.extra } : {}) })
  }
  return undefined
}
