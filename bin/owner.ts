/** Makes a tenant's owner, who may also make tenants, or gives a user a new password: npm run owner -- --email me@example.com */
import { parseArgs } from 'node:util'
import { openDatabase } from '../db/pool.ts'
import { ensureTenant } from '../db/tenants.ts'
import { homeFolder, readStack } from './stack/home.ts'
import { makeOwner, resetPassword, wantedOwner } from './stack/owner.ts'
import { loadDotEnv } from './stack/settings.ts'

const usage = 'npm run owner -- --email me@example.com [--tenant default] [--reset]; the password is read from OWNER_PASSWORD, or made and printed'

async function main(): Promise<string> {
  const { values: { email, tenant, reset } } = parseArgs({
    options: { email: { type: 'string' }, tenant: { type: 'string', default: 'default' }, reset: { type: 'boolean', default: false } },
  })
  if (email === undefined) throw new Error('--email is needed')
  loadDotEnv()
  const owner = wantedOwner(email, process.env['OWNER_PASSWORD'] || undefined)
  const url = process.env['DATABASE_URL'] || readStack(homeFolder(process.env))?.databaseUrl
  if (url === undefined) throw new Error(`no stack was started in ${homeFolder(process.env)}: run \`npm start\` first, or set DATABASE_URL`)
  const db = openDatabase({ url, poolSize: 1 })
  try {
    const { id } = await ensureTenant(db, tenant)
    if (!reset) await makeOwner(db, id, owner)
    else if (!(await resetPassword(db, id, owner))) throw new Error(`There is no user ${owner.email} in tenant ${tenant}`)
  } finally {
    await db.destroy()
  }
  return `${owner.email} may log in to tenant ${tenant}${owner.generated ? `. The password, shown only here: ${owner.password}` : ''}`
}

try {
  console.log(await main())
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\nusage: ${usage}`)
  process.exitCode = 1
}
