import pg from 'pg'
import { supabaseSchemaSql } from '../../sandboxes/supabase/schema.ts'
import { type Postgres, ensureDatabase } from './postgres.ts'

/** Makes the sandbox's own database a Supabase project; answers the address that PostgREST logs in with. */
export async function prepareSupabase(server: Pick<Postgres, 'url' | 'port' | 'databaseUrl'>, password: string, database = 'supabase_sandbox'): Promise<string> {
  await ensureDatabase(server, database)
  const client = new pg.Client({ connectionString: server.databaseUrl(database) })
  // A server that stops says so to idle connections too; unheard, that would end this process.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(supabaseSchemaSql)
    await client.query(`alter role authenticator login password ${client.escapeLiteral(password)}`)
  } finally {
    await client.end()
  }
  return `postgresql://authenticator:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${database}`
}
