import { sql } from 'kysely'
import type { Tx } from './client.ts'

/** The instances with secrets that were deployed, or begun to be, for a client and a template, the latest first. */
export async function listDeployedInstances(tx: Tx, { clientId, templateId }: { clientId: string; templateId: string }, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select instance.id from deployment_records record
    join deployment_plans plan on plan.tenant_id = record.tenant_id and plan.id = record.plan_id
    join template_instances instance on instance.tenant_id = record.tenant_id and instance.id = (record.request ->> 'instanceId')::uuid
    where plan.client_id = ${clientId} and plan.template_id = ${templateId} and record.operation = 'deploy' and instance.secret_variables is not null
    group by instance.id order by max(record.created_at) desc limit ${limit}`.execute(tx)
  return rows.map(({ id }) => id)
}
