import { ApiError, UnreachableError } from '../../client/slipway.ts'

/** How `slipway` ends; docs/cli.md has the same table. */
export const exitCodes = {
  ok: 0, failed: 1, usage: 2, forbidden: 3, notFound: 4, conflict: 5, parked: 6, unreachable: 7, interrupted: 130,
} as const

/** What the person at the command line did wrong, or must do first. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: number
  constructor(message: string, exitCode: number = exitCodes.usage) {
    super(message)
    this.exitCode = exitCode
  }
}

const ofStatus: Readonly<Record<number, number>> = { 401: exitCodes.forbidden, 403: exitCodes.forbidden, 404: exitCodes.notFound, 409: exitCodes.conflict, 412: exitCodes.conflict, 503: exitCodes.unreachable }

export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode
  if (error instanceof UnreachableError) return exitCodes.unreachable
  if (error instanceof ApiError) return ofStatus[error.status] ?? exitCodes.failed
  // A question that was answered with ^C.
  return error instanceof Error && error.name === 'ExitPromptError' ? exitCodes.interrupted : exitCodes.failed
}
