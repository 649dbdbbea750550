import { loadConfig } from '../config.ts'
import { openDatabase } from '../db/pool.ts'
import { rotateKeys } from '../db/rotate-keys.ts'
import { createVault } from '../db/vault.ts'
import { loadDotEnv } from './stack/settings.ts'
import { messageOf } from './telemetry/crash.ts'

/** Seals everything in the database that DATABASE_URL names, as its owner, with ENCRYPTION_KEY; ENCRYPTION_OLD_KEYS only read. */
async function main(): Promise<void> {
  loadDotEnv()
  const { database, encryption } = loadConfig({ ...process.env, JWT_SECRET: process.env['JWT_SECRET'] || 'x'.repeat(32) })
  const db = openDatabase({ ...database, poolSize: 2 })
  try {
    const all = await rotateKeys(db, createVault(encryption), ({ table, column, rows, resealed }) => {
      console.log(`${table}.${column}: ${String(resealed)} of ${String(rows)} sealed anew`)
    })
    const unreadable = all.flatMap(({ table, unreadable: found }) => Object.entries(found).map(([why, rows]) => `${table}: ${String(rows)} cannot be opened: ${why}`))
    if (unreadable.length > 0) throw new Error(unreadable.join('\n'))
    console.log('Everything is sealed with ENCRYPTION_KEY')
  } finally {
    await db.destroy()
  }
}

main().catch((error: unknown) => {
  console.error(messageOf(error))
  process.exitCode = 1
})
