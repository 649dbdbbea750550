import { z } from 'zod'
import type { ProblemError } from '../contracts/errors.ts'
import { readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { toPointer } from '../domain/pointer.ts'
import type { ActivityContext } from './context.ts'
import type { CheckConnectionInput } from './check-connection.ts'
import { addressProblems } from './connection-address.ts'

const texts = z.record(z.string(), z.string())
/** What the API leaves at the `blobRef`. */
const connectionShape = z.object({ provider: z.string(), baseUrl: z.string().nullable(), config: texts, secrets: texts })

/** Whether the fields are the provider's, without asking it. */
export async function checkConnectionShape(ctx: ActivityContext, input: CheckConnectionInput): Promise<{ problems: ProblemError[] }> {
  const given = connectionShape.parse(await inTenant(ctx.db, input.tenantId, (tx) => readBlob(tx, ctx.vault, input.tenantId, input.blobRef ?? '')))
  const { provider: name, baseUrl } = given
  if (!ctx.registry.has(name)) return { problems: [{ pointer: '/provider', message: `must be one of ${ctx.registry.names().join(', ')}` }] }
  const { connection } = ctx.registry.get(name)
  const parts = (['config', 'secrets'] as const).flatMap((part) => {
    const result = connection[part].strict().safeParse(given[part])
    return result.success ? [] : result.error.issues.map((issue) => ({ pointer: toPointer([part, ...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]), message: issue.message }))
  })
  const problems = [...(await addressProblems(ctx, connection, baseUrl)), ...parts]
  const together = problems.length > 0 ? [] : connection.together?.({ baseUrl: String(baseUrl ?? connection.defaultBaseUrl), config: given.config, secrets: given.secrets }) ?? []
  return { problems: [...problems, ...together] }
}
