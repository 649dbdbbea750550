import { Script, createContext } from 'node:vm'
import { codeOf } from './error-code.ts'

const room = createContext({ work: undefined })
const script = new Script('work()')

const timedOut = 'ERR_SCRIPT_EXECUTION_TIMEOUT'

/** By shape: what fails in another realm is no instance of our errors. A stack runs over where something refers to itself. */
const isEndless = (error: unknown): boolean =>
  codeOf(error) === timedOut || (typeof error === 'object' && error !== null && 'name' in error && error.name === 'RangeError')

/** Below the heartbeat timeout of the provider steps that share the worker's thread. */
const longestMs = 3_000

/** What had the processor for less than half of its time begins again, once: it was the machine that was slow. Both together stay below the heartbeat timeout. */
const againMs = 1_000

/**
 * Runs work on what somebody else has written, and ends it in its midst when it takes too long: a schema, a YAML text or an
 * adapter's check may cost more than their size shows, and all that a worker does waits for it. The work may be begun again, so
 * it changes nothing. `tooLong` makes the error.
 */
export function limited<T>(work: () => T, tooLong: () => Error, ms = longestMs): T {
  const before: unknown = room['work']
  try {
    for (let again = false; ; again = true) {
      const began = process.threadCpuUsage()
      room['work'] = work
      try {
        return script.runInContext(room, { timeout: again ? Math.min(ms, againMs) : ms })
      } catch (error) {
        if (!isEndless(error)) throw error
        if (again || codeOf(error) !== timedOut || workedMs(began) > ms / 2) throw tooLong()
      }
    }
  } finally {
    room['work'] = before
  }
}

const workedMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.threadCpuUsage(since)
  return (user + system) / 1_000
}
