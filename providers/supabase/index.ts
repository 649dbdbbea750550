import { z } from 'zod'
import { defineProvider } from '../provider.ts'
import type { Connection } from '../provider.ts'
import { connectSupabase, keyHeaders, originOf } from './client.ts'
import type { Supabase } from './client.ts'
import { rowType } from './resources.ts'
import { projectOf } from './tables.ts'

/** Options of a connection string that do not make the driver read files or leave the named host. */
const databaseOptions = new Set(['sslmode', 'application_name', 'connect_timeout', 'pgbouncer', 'uselibpqcompat'])

function isDatabaseUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== '' && [...url.searchParams.keys()].every((key) => databaseOptions.has(key))
}

/** The role that a legacy key (a JWT) carries; new keys carry none. */
function roleOf(key: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString())
    return typeof payload === 'object' && payload !== null && 'role' in payload ? String(payload.role) : undefined
  } catch {
    return undefined
  }
}

/** The project's reference, or the host where it is self-hosted. */
const accountOf = (connection: Connection): string => projectOf(connection) ?? new URL(originOf(connection)).host

/** Supabase's data API: rows of `prompts` and `documents` over PostgREST (supabase.com/docs/guides/api). */
export const supabase = defineProvider<Supabase>({
  name: 'supabase',
  title: 'Supabase',
  connection: {
    config: z.strictObject({}),
    secrets: z.strictObject({
      serviceKey: z
        .string()
        .min(1)
        .refine((key) => !key.startsWith('sb_publishable_') && roleOf(key) !== 'anon', 'is a public key; use a secret key (sb_secret_…) or the service_role key'),
      databaseUrl: z
        .string()
        .refine(isDatabaseUrl, `must be postgresql://user:password@host:port/database, with no options but ${[...databaseOptions].join(', ')}`)
        .optional(),
    }),
  },
  connect: connectSupabase,
  async check({ connection, client }) {
    // The description of the API is shown to secret keys only; PostgREST shows it to anybody, but refuses a bad key.
    await client.http.json({
      method: 'GET',
      url: `${originOf(connection)}/rest/v1/`,
      headers: keyHeaders(connection.secrets['serviceKey'] ?? ''),
      messageOf: (body) => (typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : undefined),
    })
    return { account: accountOf(connection) }
  },
  resources: {
    prompt: rowType('Prompt', 'prompts'),
    document: rowType('Document', 'documents'),
  },
})
