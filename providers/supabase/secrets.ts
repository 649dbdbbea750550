import { z } from 'zod'

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

export const secrets = z.strictObject({
  serviceKey: z
    .string()
    .min(1)
    .refine((key) => !key.startsWith('sb_publishable_') && roleOf(key) !== 'anon', 'is a public key; use a secret key (sb_secret_…) or the service_role key'),
  databaseUrl: z
    .string()
    .refine(isDatabaseUrl, `must be postgresql://user:password@host:port/database, with no options but ${[...databaseOptions].join(', ')}`)
    .optional(),
})
