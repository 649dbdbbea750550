import { z } from 'zod'
import { kind } from './artifact.ts'
import { gitStatus } from './repository.ts'

const count = z.int()

/** What an administrator sees of the tenant at a glance. */
export const adminStats = z.strictObject({
  totals: z.strictObject({ templates: count, versions: count, instances: count, clients: count, plans: count, deployments: count, workflows: count, workflowRuns: count }).meta({ description: 'How much there is; templates that were deleted do not count' }),
  templates: z.strictObject({
    byCategory: z.array(z.strictObject({ category: z.string().nullable(), count })).meta({ description: 'Most first; null: those without a category' }),
    byKind: z.array(z.strictObject({ kind, count })),
  }),
  deployments: z.strictObject({ queued: count, running: count, success: count, failed: count }).meta({ description: 'Records by status' }),
  cache: z.strictObject({
    in: z.enum(['redis', 'process', 'off']), hits: count, misses: count,
    hitRatio: z.number().nullable().meta({ description: 'hits / (hits + misses); null before the first read' }),
  }).meta({ description: "Reads of the tenant's templates and instances, since the process that answers began" }),
  git: gitStatus,
  streams: z.strictObject({
    lag: count.meta({ description: 'Requests without an answer: undelivered and pending together' }),
    undelivered: count.meta({ description: 'Nobody has taken them yet' }),
    pending: count.meta({ description: 'Taken, and not answered' }),
  }).nullable().meta({ description: 'Of all tenants together; null where streams are off, or Redis does not answer' }),
})
