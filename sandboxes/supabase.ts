import type { Response } from 'express'
import type { Faults, SandboxDefinition, SandboxRow } from './kernel.ts'
import { createGateway } from './supabase/gateway.ts'
import { signSupabaseKey } from './supabase/jwt.ts'
import { GatewayError, answerError } from './supabase/refusal.ts'

export interface SupabaseSandboxOptions {
  /** Origin of a PostgREST that serves the sandbox's own database. */
  target: string
  /** PostgREST's `jwt-secret`, 32 characters or more. */
  jwtSecret: string
}

const tables = [
  { table: 'prompts', type: 'prompt' },
  { table: 'documents', type: 'document' },
]

/**
 * The gateway of a Supabase project in front of a real PostgREST (supabase.com/docs/guides/api): `/rest/v1`, and the keys in `apikey`.
 * Good keys: tokens signed with the secret (`signSupabaseKey`), and any `sb_secret_…`/`sb_publishable_…` but `sb_secret_revoked`.
 */
export function supabaseSandbox({ target, jwtSecret }: SupabaseSandboxOptions): SandboxDefinition {
  const asService = { authorization: `Bearer ${signSupabaseKey(jwtSecret, 'service_role')}` }

  async function readTable(table: string, type: string): Promise<SandboxRow[]> {
    const answer = await fetch(`${target}/${table}?order=owner,key`, { headers: asService })
    if (!answer.ok) throw new Error(`PostgREST answered ${answer.status} for table ${table}`)
    const rows: Record<string, unknown>[] = JSON.parse(await answer.text())
    return rows.map((body) => ({ type, id: `${String(body['owner'])}/${String(body['key'])}`, name: String(body['key']), body }))
  }

  return {
    name: 'supabase',
    rawBodies: true,
    routes(app) {
      app.use('/rest/v1', createGateway(target, jwtSecret))
      app.use(() => {
        throw new GatewayError(404, 'no Route matched with those values')
      })
      app.use(answerError)
    },
    faultResponse(kind: '500' | '429', res: Response, faults: Faults) {
      if (kind === '500') return void res.status(500).json({ message: 'An unexpected error occurred' })
      if (faults.retryAfterMs !== undefined) res.set('retry-after', String(Math.ceil(faults.retryAfterMs / 1000)))
      res.status(429).json({ message: 'API rate limit exceeded' })
    },
    rows: async () => (await Promise.all(tables.map(({ table, type }) => readTable(table, type)))).flat(),
    async reset() {
      for (const { table } of tables) {
        const answer = await fetch(`${target}/${table}?key=not.is.null`, { method: 'DELETE', headers: asService })
        if (!answer.ok) throw new Error(`PostgREST answered ${answer.status} when emptying ${table}`)
      }
    },
  }
}
