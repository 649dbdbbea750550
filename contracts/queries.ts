import { z } from 'zod'
import { kind, semver, templateName } from './artifact.ts'
import { uuid } from './api.ts'
import { keysOf } from './keys.ts'
import { roles } from './permissions.ts'

/** Parameters of paths and queries. A query's values are text; unknown and repeated names are refused. */
const text = z.string().min(1).max(500)
const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
const time = z.iso.datetime({ offset: true }).meta({ description: 'ISO 8601 with a time zone, e.g. 2026-01-31T09:00:00Z' })
/** Statuses of deployments, and words of other systems for them. */
const statuses = {
  queued: 'queued', running: 'running', success: 'success', failed: 'failed',
  pending: 'queued', processing: 'running', completed: 'success', succeeded: 'success', applied: 'success',
} as const

export const byId = z.strictObject({ id: uuid })
export const byIdOrName = z.strictObject({ id: z.string().min(1).max(200).meta({ description: 'The id, or the name where one kind alone has it' }) })
export const byVersion = byIdOrName.extend({ version: semver })
export const byIdOrRef = z.strictObject({ id: z.string().min(1).max(64).meta({ description: 'The id or the ref' }) })

const page = {
  limit: z.string().regex(/^(100|[1-9]\d?)$/, 'a number from 1 to 100').transform(Number).default(50).meta({ description: 'Items per page, 1 to 100' }),
  cursor: text.optional().meta({ description: '`nextCursor` of the page before' }),
  sort: z.enum(['asc', 'desc']).optional().meta({ description: 'By time; newest first by default' }),
}
const period = { from: time.optional(), to: time.optional() }

export const importQuery = z.strictObject({
  force: flag.optional().meta({ description: 'The same as in the body' }),
  name: templateName.optional().meta({ description: 'The same as in the body; for an archive, which has no room for it' }),
  version: semver.optional().meta({ description: 'The same as in the body; for an archive, which has no room for it' }),
})
export const updateQuery = importQuery.pick({ version: true })
export const customizeQuery = z.strictObject({ dryRun: flag.optional().meta({ description: 'The same as in the body' }) })
export const planQuery = z.strictObject({ replace: flag.optional().meta({ description: 'The same as in the body' }) })
export const linksQuery = z.strictObject({ clientId: uuid.optional(), planId: uuid.optional() })
const orders = ['created', 'updated', 'name', 'quality'] as const
const templateSorts = ['asc', 'desc', ...orders, '-created', '-updated', '-name', '-quality'] as const
export const templatesQuery = z.strictObject({
  ...page,
  sort: z.enum(templateSorts).default('desc').transform((sort) => ({
    order: orders.find((order) => sort.endsWith(order)) ?? 'created', sort: sort.startsWith('-') || sort === 'desc' ? 'desc' as const : 'asc' as const,
  })).meta({ description: 'created, updated, name or quality, with a minus for last first; asc and desc are by creation' }),
  kind: kind.optional(),
  name: text.optional(),
  category: text.optional(),
  tag: text.optional(),
  author: text.optional(),
  status: z.enum(['draft', 'published']).optional(),
  updatedFrom: time.optional(),
  updatedTo: time.optional(),
  quality: z.string().regex(/^(100|\d{1,2})$/, 'a score from 0 to 100').transform(Number).optional().meta({ description: 'At least this score' }),
  deleted: flag.optional().meta({ description: 'true: those that were deleted' }),
})
export const deleteTemplateQuery = z.strictObject({ force: flag.optional().meta({ description: 'Although something of it is deployed; that stays, and can still be undeployed' }) })
export const qualityQuery = z.strictObject({ kind: kind.optional(), category: text.optional(), templateId: uuid.optional() })
export const versionsQuery = z.strictObject(page)
export const diffQuery = z.strictObject({ from: semver, to: semver.optional().meta({ description: 'Default: the newest' }) })
export const exportQuery = z.strictObject({ version: semver.optional().meta({ description: 'Default: the newest' }) })
export const clientsQuery = z.strictObject({ ...page, name: text.optional() })
export const connectionsQuery = z.strictObject({ ...page, provider: text.optional(), clientId: uuid.optional() })
export const kbQuery = z.strictObject({ ...page, ref: text.optional() })
export const workflowsQuery = z.strictObject({ ...page, name: text.optional() })
export const workflowRunsQuery = z.strictObject({ ...page, status: z.enum(['running', 'success', 'failed']).optional() })
export const usersQuery = z.strictObject({ ...page, email: text.toLowerCase().optional(), role: z.enum(roles).optional() })
export const accountsQuery = z.strictObject(page)
export const auditQuery = z.strictObject({
  ...page,
  ...period,
  actor: text.optional(),
  action: text.optional(),
  subject: text.optional().meta({ description: "The subject's id" }),
  subjectType: text.optional(),
  correlationId: text.optional(),
})
export const deploymentsQuery = z.strictObject({
  ...page,
  ...period,
  status: z.enum(keysOf(statuses)).transform((status) => statuses[status]).optional()
    .meta({ description: 'pending, processing, completed, succeeded and applied are accepted as other words' }),
  planId: uuid.optional(),
  clientId: uuid.optional(),
  templateId: uuid.optional(),
  provider: text.optional().meta({ description: 'Deployments with a step at this provider' }),
  correlationId: text.optional(),
  operation: z.enum(['deploy', 'undeploy']).optional(),
  parked: flag.optional().meta({ description: 'true: those that wait for an order' }),
  failing: flag.optional().meta({ description: 'true: those that go on, though a step has failed and is tried again; its error, attempts and nextRetryAt say how' }),
})
export const logsQuery = z.strictObject({ ...page, provider: text.optional() })
export const gitConflictsQuery = z.strictObject({ ...page, status: z.enum(['open', 'resolved', 'settled', 'all']).default('open'), templateId: uuid.optional() })
export const deadLettersQuery = z.strictObject({
  ...page,
  status: z.enum(['parked', 'retried', 'skipped', 'resolved', 'cancelled', 'superseded', 'expired', 'all']).default('parked'),
  provider: text.optional(),
  fingerprint: text.optional(),
  code: text.optional(),
  planId: uuid.optional(),
})

export type DeploymentsQuery = z.output<typeof deploymentsQuery>
export type DeadLettersQuery = z.output<typeof deadLettersQuery>
