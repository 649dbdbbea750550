import confirm from '@inquirer/confirm'
import type { Command } from 'commander'
import { type Auth, type Slipway, createSlipway, memoryStore } from '../../client/slipway.ts'
import { homeFolder, readStack } from '../stack/home.ts'
import { CliError } from './exit.ts'
import { profileFile, profileStore, readProfile } from './profile.ts'

export interface GlobalOptions {
  json?: boolean
  url?: string
}

/** What a command works with. Results go to stdout, everything else to stderr. */
export interface Cli {
  slipway: Slipway
  url: string
  profileFile: string
  json: boolean
  /** With --json the value, else the text. */
  print(value: unknown, text: string): void
  note(text: string): void
  /** What somebody answers, or `unasked` where there is nobody. */
  agrees(question: string, unasked: boolean): Promise<boolean>
  /** Said when ^C ends the command. */
  onInterrupt(say: () => void): void
}

const origin = (url: string): string => url.replace(/\/+$/, '')

/** The profile's login is for the address it was made at, and is sent to no other. */
function authFor(env: NodeJS.ProcessEnv, url: string, file: string): Auth {
  if (env['SLIPWAY_TOKEN']) return { token: env['SLIPWAY_TOKEN'] }
  if (env['SLIPWAY_API_KEY']) return { apiKey: env['SLIPWAY_API_KEY'] }
  const profile = readProfile(file)
  if (profile?.url !== url) return { session: memoryStore() }
  return profile.apiKey === undefined ? { session: profileStore(file, url) } : { apiKey: profile.apiKey }
}

export const urlOf = (env: NodeJS.ProcessEnv, given: string | undefined): string =>
  origin(given ?? (env['SLIPWAY_URL'] || (readProfile(profileFile(env))?.url ?? readStack(homeFolder(env))?.apiUrl ?? 'http://127.0.0.1:8005')))

export function openCli(env: NodeJS.ProcessEnv, { json = false, url: given }: GlobalOptions): Cli {
  const file = profileFile(env)
  const url = urlOf(env, given)
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new CliError(`"${url}" is no address of Slipway: write one such as https://slipway.example`)
  return {
    slipway: createSlipway({ baseUrl: url, auth: authFor(env, url, file) }),
    url, json, profileFile: file,
    print: (value, text) => { process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : text === '' ? '' : `${text}\n`) },
    note: (text) => { process.stderr.write(`${text}\n`) },
    agrees: async (question, unasked) => (process.stdin.isTTY ? confirm({ message: question, default: false }, { output: process.stderr }) : unasked),
    onInterrupt: (say) => { process.once('SIGINT', say) },
  }
}

/** Makes an action of what a command does. It may answer an exit code. */
export const does = <Args extends unknown[]>(work: (cli: Cli, ...args: Args) => Promise<number | undefined>) =>
  async function (this: Command, ...args: Args): Promise<void> {
    // Commander passes arguments, options and the command, in that order.
    const code = await work(openCli(process.env, this.optsWithGlobals<GlobalOptions>()), ...args)
    process.exitCode = code ?? 0
  }
