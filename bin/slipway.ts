/** `slipway`: Slipway at the command line, over its client. docs/cli.md tells how it is used. */
import { CommanderError } from 'commander'
import { ApiError } from '../client/slipway.ts'
import { exitCodeOf, exitCodes } from './cli/exit.ts'
import { createProgram } from './cli/program.ts'
import { plain } from './cli/text.ts'
import { version } from './version.ts'

/** On one line: it may come after lines of JSON. */
const printFailure = (error: object): void => { process.stdout.write(`${JSON.stringify({ error })}\n`) }

/** Says what went wrong: for people on stderr, with --json also as an object on stdout. */
function report(error: unknown, json: boolean): void {
  const message = error instanceof Error ? error.message : String(error)
  const about = error instanceof ApiError ? { code: error.code, message, errors: error.errors, correlationId: error.correlationId } : { message }
  if (json) printFailure(about)
  const hint = error instanceof ApiError && error.status === 401 ? '\nLog in first: slipway login --tenant … --email …' : ''
  const places = error instanceof ApiError ? error.errors.map((place) => `\n  ${plain(place.pointer)} ${plain(place.message)}`).join('') : ''
  const code = error instanceof ApiError ? ` (${error.code}, ${error.correlationId})` : ''
  process.stderr.write(`slipway: ${plain(message)}${code}${places}${hint}\n`)
}

// The first ^C ends it; what is under way says so by listeners of its own, which come first.
process.on('SIGINT', () => { setImmediate(() => process.exit(exitCodes.interrupted)) })
// Who reads has had enough: `slipway … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => { process.exit(error.code === 'EPIPE' ? 0 : exitCodes.failed) })
// Nobody reads the notes any more; the work, and its result, go on.
process.stderr.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') process.exit(exitCodes.failed) })

const json = process.argv.includes('--json')
const program = createProgram(version)
const overridden = (command: typeof program): void => {
  command.exitOverride()
  for (const child of command.commands) overridden(child)
}
overridden(program)
try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    // Commander has told the person already, by the help where there is no message.
    if (json && error.exitCode !== 0) printFailure({ message: error.code === 'commander.help' ? 'Name a command: see --help' : error.message.replace(/^error: /, '') })
  } else {
    report(error, json)
    process.exitCode = exitCodeOf(error)
  }
}
