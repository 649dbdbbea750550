import password from '@inquirer/password'
import type { Command } from 'commander'
import { createSlipway } from '../../../client/slipway.ts'
import { does } from '../cli.ts'
import { CliError } from '../exit.ts'
import { readText } from '../input.ts'
import { deleteProfile, locked, profileStore, readProfile, writeProfile } from '../profile.ts'

interface LoginOptions { tenant?: string; email?: string; passwordStdin?: boolean; apiKeyStdin?: boolean }

/** Without the end of its line; a password may begin or end with a space. */
const fromStdin = (): string => readText('-').replace(/(\r?\n)+$/, '')

async function askPassword(): Promise<string> {
  if (!process.stdin.isTTY) throw new CliError('There is nobody to ask for the password: pipe it in, with --password-stdin')
  return password({ message: 'Password' }, { output: process.stderr })
}

const login = does(async (cli, options: LoginOptions) => {
  const { url, profileFile: file } = cli
  if (options.apiKeyStdin) {
    const apiKey = fromStdin().trim()
    const me = await createSlipway({ baseUrl: url, auth: { apiKey } }).me()
    await locked(file, () => { writeProfile(file, { url, apiKey }) })
    cli.print({ url, actor: me.actor, tenant: me.tenant.name }, `Logged in to ${url} as ${me.actor} of ${me.tenant.name}.`)
    return 0
  }
  const { tenant, email } = options
  if (tenant === undefined || email === undefined) throw new CliError('Name the tenant and the email: slipway login --tenant … --email …')
  const slipway = createSlipway({ baseUrl: url, auth: { session: profileStore(file, url) } })
  await slipway.login({ tenant, email, password: options.passwordStdin ? fromStdin() : await askPassword() })
  cli.print({ url, actor: email, tenant }, `Logged in to ${url} as ${email} of ${tenant}.`)
  return 0
})

const logout = does(async ({ profileFile: file, print }) => {
  const profile = readProfile(file)
  try {
    // Where it was begun, whatever address is given.
    if (profile?.tokens) await createSlipway({ baseUrl: profile.url, auth: { session: profileStore(file, profile.url) } }).logout()
  } finally {
    deleteProfile(file)
  }
  print({ loggedOut: true }, 'Logged out.')
  return 0
})

const whoami = does(async (cli) => {
  const me = await cli.slipway.me()
  const { actor, tenant, roles, permissions } = me
  cli.print(me, `${actor} of ${tenant.name} at ${cli.url}\n${roles.length > 0 ? `roles: ${roles.join(', ')}` : `permissions: ${permissions.join(', ')}`}`)
  return 0
})

export function addAccountCommands(program: Command): void {
  program.command('login').description('log in, and keep the login in your profile')
    .option('--tenant <name>', 'your agency').option('--email <address>', 'your address').option('--password-stdin', 'read the password from stdin').option('--api-key-stdin', 'keep an API key, read from stdin')
    .action(login)
  program.command('logout').description('end the login and forget it').action(logout)
  program.command('whoami').description('who you are, and what you may do').action(whoami)
}
