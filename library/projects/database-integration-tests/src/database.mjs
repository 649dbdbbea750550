import { readFileSync, readdirSync } from 'node:fs'
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
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
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
