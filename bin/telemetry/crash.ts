import { createRedact } from '../../domain/redact.ts'
import { codeOf } from '../error-code.ts'
import { createLog, framesOf } from './log.ts'

const secretName = /SECRET|KEY|TOKEN|PASSWORD|DATABASE_URL/

/** The values of the environment that nobody may read, whole and in their parts. */
const secretsIn = (env: NodeJS.ProcessEnv): string[] =>
  Object.entries(env).flatMap(([name, value]) => (value && secretName.test(name) && !name.endsWith('_PATH') ? [value, ...value.split(',')] : []))

/** An error's message alone, without its settings' secrets. */
export const messageOf = (error: unknown, env: NodeJS.ProcessEnv = process.env): string => createRedact(secretsIn(env))(error instanceof Error ? error.message : 'It failed with what is no error')

/** Why a process did not start, for whoever started it: without what errors carry beside their message, and without its settings' secrets. */
export function explain(error: unknown, env: NodeJS.ProcessEnv = process.env): string {
  const said = error instanceof Error ? (error.name === 'ConfigError' ? error.message : [`${error.name}: ${error.message}`, ...framesOf(error)].join('\n')) : 'It failed with what is no error'
  return createRedact(secretsIn(env))(said)
}

/**
 * Ends the process when nobody has caught an error, with one line about where it came from. Its message and all that hangs on it
 * may quote what was being worked on, credentials included, so they are not shown; Node itself would print all of it.
 */
export function endOnCrash(service: string): void {
  const log = createLog(service, 'fatal')
  process.on('uncaughtException', (error: unknown, origin) => {
    const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined
    log.fatal({ origin, type: word(name) ?? typeof error, code: word(codeOf(error)), frames: error instanceof Error ? framesOf(error) : [] }, 'crashed')
    process.exit(1)
  })
}

/** Names of errors and codes, and nothing that could be more than that. */
const word = (text: unknown): string | undefined => (typeof text === 'string' && /^[A-Za-z][A-Za-z_0-9]{0,39}$/.test(text) ? text : undefined)
