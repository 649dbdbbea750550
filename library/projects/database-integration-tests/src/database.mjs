import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'

const root = new URL('..', import.meta.url)
export const server = process.env.DATABASE_URL
export const skip = server ? false : 'set DATABASE_URL to a server on which databases may be created'

export const sqlFiles = (folder) => readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.sql')).sort().map((name) => ({ name, text: readFileSync(new URL(`${folder}/${name}`, root), 'utf8') }))

/** A fresh database with all migrations, dropped at the end. */
export async function createDatabase() {
  const name = `spec_${process.pid}_${Date.now().toString(36)}`
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await admin.query(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: url.href, max: 10 })
  for (const { text } of sqlFiles('migrations')) await pool.query(text)
  return {
    pool,
    inTransaction: (work) => inTransaction(pool, work),
    async drop() {
      await pool.end()
      await isUnused(admin, name)
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}

/** A pool's end does not wait for the server's side of its connections. */
async function isUnused(admin, name) {
  for (let left = 100; left > 0; left -= 1) {
    const { rowCount } = await admin.query('select from pg_stat_activity where datname = $1', [name])
    if (rowCount === 0) return
    await setTimeout(50)
  }
}

/** Runs a test's work in a transaction that is always rolled back. */
async function inTransaction(pool, work) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    return await work(Object.assign(client, { savepoint: (inner) => savepoint(client, inner) }))
  } finally {
    await client.query('rollback')
    client.release()
  }
}

/** Work that may fail without ending the transaction around it. */
async function savepoint(client, inner) {
  await client.query('savepoint inner_work')
  try {
    const value = await inner(client)
    await client.query('release savepoint inner_work')
    return value
  } catch (error) {
    await client.query('rollback to savepoint inner_work')
    throw error
  }
}
