import { ConfigError, loadConfig } from '../config.ts'
import { openDatabase } from '../db/pool.ts'
import { migrate } from '../db/migrate.ts'
import { messageOf } from './telemetry/crash.ts'

/** Brings the database that DATABASE_URL names up to date, as its owner; then exits. */
async function main(): Promise<void> {
  const url = process.env['DATABASE_URL']
  if (!url) throw new ConfigError(['DATABASE_URL: is required'])
  const { database } = loadConfig({ ...process.env, JWT_SECRET: process.env['JWT_SECRET'] || 'x'.repeat(32), ENCRYPTION_KEY: process.env['ENCRYPTION_KEY'] || Buffer.alloc(32).toString('base64') })
  const db = openDatabase({ ...database, poolSize: 1 })
  try {
    const applied = await migrate(db)
    console.log(applied.length > 0 ? `Applied ${applied.join(', ')}` : 'The database is up to date')
  } finally {
    await db.destroy()
  }
}

main().catch((error: unknown) => {
  console.error(messageOf(error))
  process.exitCode = 1
})
