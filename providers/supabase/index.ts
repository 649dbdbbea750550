import { z } from 'zod'
import { defineProvider } from '../provider.ts'
import type { Connection } from '../provider.ts'
import { connectSupabase, originOf } from './client.ts'
import type { Supabase } from './client.ts'
import { rowType } from './resources.ts'
import { secrets } from './secrets.ts'
import { projectOf } from './tables.ts'

/** The project's reference, or the host where it is self-hosted. */
const accountOf = (connection: Connection): string => projectOf(connection) ?? new URL(originOf(connection)).host

/** Supabase's data API: rows of `prompts` and `documents` over PostgREST (supabase.com/docs/guides/api). */
export const supabase = defineProvider<Supabase>({
  name: 'supabase',
  title: 'Supabase',
  connection: {
    config: z.strictObject({}),
    secrets,
  },
  accountKey: (connection) => projectOf(connection) ?? originOf(connection),
  connect: connectSupabase,
  async check({ connection, client }) {
    // The description of the API is shown to secret keys only; PostgREST shows it to anybody, but refuses a bad key.
    const answer = await client.send(`${originOf(connection)}/rest/v1/`, { headers: client.headers })
    await answer.body?.cancel()
    return { account: accountOf(connection) }
  },
  resources: {
    prompt: rowType('Prompt', 'prompts'),
    document: rowType('Document', 'documents'),
  },
})
