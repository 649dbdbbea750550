import { Script, createContext } from 'node:vm'
import { codeOf } from './error-code.ts'

const room = createContext({ work: undefined })
const script = new Script('work()')

/** By shape: what fails in another realm is no instance of our errors. A stack runs over where something refers to itself. */
const isEndless = (error: unknown): boolean =>
  codeOf(error) === 'ERR_SCRIPT_EXECUTION_TIMEOUT' || (typeof error === 'object' && error !== null && 'name' in error && error.name === 'RangeError')

/** Below the heartbeat timeout of the provider steps that share the worker's thread. */
const longestMs = 3_000

/**
 * Runs work on what somebody else has written, and ends it in its midst when it takes too long: a schema, a YAML text or an
 * adapter's check may cost more than their size shows, and all that a worker does waits for it. `tooLong` makes the error.
 */
export function limited<T>(work: () => T, tooLong: () => Error, ms = longestMs): T {
  const before: unknown = room['work']
  room['work'] = work
  try {
    return script.runInContext(room, { timeout: ms })
  } catch (error) {
    throw isEndless(error) ? tooLong() : error
  } finally {
    room['work'] = before
  }
}
