import { sql } from 'kysely'
import type { z } from 'zod'
import type { Kind } from '../contracts/artifact.ts'
import type { adminStats } from '../contracts/stats.ts'
import type { Tx } from './client.ts'
import type { DeploymentStatus } from './schema.ts'

export type Stats = Pick<z.infer<typeof adminStats>, 'totals' | 'templates' | 'deployments'>

/** How much the tenant has of everything. Templates that were deleted do not count. */
export async function readStats(tx: Tx): Promise<Stats> {
  const totals = await tx.selectNoFrom([
    sql<number>`(select count(*) from template_artifacts where deleted_at is null)`.as('templates'), sql<number>`(select count(*) from template_versions)`.as('versions'), sql<number>`(select count(*) from template_instances)`.as('instances'),
    sql<number>`(select count(*) from clients)`.as('clients'), sql<number>`(select count(*) from deployment_plans)`.as('plans'), sql<number>`(select count(*) from deployment_records)`.as('deployments'),
    sql<number>`(select count(*) from workflow_definitions)`.as('workflows'), sql<number>`(select count(*) from workflow_runs)`.as('workflowRuns'),
  ]).executeTakeFirstOrThrow()
  const { rows: byCategory } = await sql<{ category: string | null; count: number }>`select category, count(*) as count from template_artifacts where deleted_at is null group by 1 order by 2 desc, 1`.execute(tx)
  const { rows: byKind } = await sql<{ kind: Kind; count: number }>`select kind, count(*) as count from template_artifacts where deleted_at is null group by 1 order by 2 desc, 1`.execute(tx)
  const { rows: byStatus } = await sql<{ status: DeploymentStatus; count: number }>`select status, count(*) as count from deployment_records group by 1`.execute(tx)
  const deployments = { queued: 0, running: 0, success: 0, failed: 0, ...Object.fromEntries(byStatus.map(({ status, count }) => [status, count])) }
  return { totals, templates: { byCategory, byKind }, deployments }
}
