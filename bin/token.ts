/** Prints an access token for development, and nothing else, on stdout: npm run --silent token -- --role operator */
import { parseArgs } from 'node:util'
import { roles } from '../contracts/permissions.ts'
import { openDatabase } from '../db/pool.ts'
import { ensureTenant } from '../db/tenants.ts'
import { codeOf } from './error-code.ts'
import { connectSandboxes } from './stack/connections.ts'
import { homeFolder, readSecrets, readStack } from './stack/home.ts'
import { restClient } from './stack/rest.ts'
import { loadDotEnv } from './stack/settings.ts'
import { mintToken } from './stack/token-mint.ts'

const usage = `npm run --silent token -- [--role ${roles.join('|')}]… [--tenant default] [--subject developer] [--days 1]`

async function main(): Promise<string> {
  const { values } = parseArgs({
    options: {
      role: { type: 'string', multiple: true, default: ['owner'] },
      tenant: { type: 'string', default: 'default' },
      subject: { type: 'string', default: 'developer' },
      days: { type: 'string', default: '1' },
    },
  })
  const unknown = values.role.filter((role) => ![...roles, 'platform:admin'].includes(role))
  if (unknown.length > 0) throw new Error(`unknown role ${unknown.join(', ')}; there are ${roles.join(', ')}`)
  const days = Number(values.days)
  if (!(days > 0 && days <= 365)) throw new Error('--days takes a number up to 365')

  loadDotEnv()
  const env = process.env
  const folder = homeFolder(env)
  const databaseUrl = env['DATABASE_URL'] || readStack(folder)?.databaseUrl
  const secret = env['JWT_SECRET'] || env['SECRET_KEY'] || readSecrets(folder)?.jwtSecret
  if (databaseUrl === undefined || secret === undefined) {
    throw new Error(`no stack was started in ${folder}: run \`npm start\` first, or set DATABASE_URL and JWT_SECRET`)
  }
  const db = openDatabase({ url: databaseUrl, poolSize: 1 })
  try {
    const tenant = await ensureTenant(db, values.tenant)
    const mint = (as: string[], ttlSeconds: number) =>
      mintToken({ secret, tenant: tenant.id, roles: as, subject: values.subject, ttlSeconds, issuer: env['JWT_ISSUER'] || undefined, audience: env['JWT_AUDIENCE'] || undefined })
    await equip(folder, tenant.id, await mint(['owner'], 60))
    return await mint(values.role, days * 24 * 60 * 60)
  } catch (error) {
    if (codeOf(error) !== 'ECONNREFUSED') throw error
    throw new Error(`the database does not answer: start the stack with \`npm start\` first`, { cause: error })
  } finally {
    await db.destroy()
  }
}

/** A tenant in development has a connection to each sandbox; where the stack does not run, its next start does not matter to the token. */
async function equip(folder: string, tenant: string, token: string): Promise<void> {
  const stack = readStack(folder)
  const supabaseJwtSecret = readSecrets(folder)?.supabaseJwtSecret
  if (stack?.apiUrl === undefined || stack.sandboxes === undefined || supabaseJwtSecret === undefined) return
  try {
    await connectSandboxes(restClient(stack.apiUrl, token), { tenant, sandboxes: Object.keys(stack.sandboxes), supabaseJwtSecret })
  } catch (error) {
    console.error(`the tenant was not connected to the sandboxes: ${error instanceof Error ? error.message : String(error)}`)
  }
}

try {
  console.log(await main())
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\nusage: ${usage}`)
  process.exitCode = 1
}
