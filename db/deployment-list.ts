import { sql } from 'kysely'
import type { DeploymentRecord } from '../contracts/api.ts'
import type { Tx } from './client.ts'
import { type Where, parkedStep, withSteps } from './deployment-queries.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { DeploymentStatus } from './schema.ts'

export interface DeploymentFilter {
  status?: DeploymentStatus | undefined
  planId?: string | undefined
  clientId?: string | undefined
  templateId?: string | undefined
  provider?: string | undefined
  correlationId?: string | undefined
  operation?: 'deploy' | 'undeploy' | undefined
  parked?: boolean | undefined
  /** Goes on, though a step has failed and is tried again. */
  failing?: boolean | undefined
  from?: string | undefined
  to?: string | undefined
}

/** A step keeps the error of its last try until one succeeds. */
const failingStep = ({ exists, selectFrom }: Where) =>
  exists(selectFrom('deployment_steps as step').select('step.provider').whereRef('step.record_id', '=', 'deployment_records.id').where('step.status', 'in', ['running', 'retrying']).where('step.error_code', 'is not', null))

export async function listDeployments(tx: Tx, filter: DeploymentFilter, page: PageRequest): Promise<Page<DeploymentRecord>> {
  const { status, planId, clientId, templateId, provider, correlationId, operation, parked, failing, from, to } = filter
  let query = tx.selectFrom('deployment_records').selectAll().select(sql<string>`created_at::text`.as('cursor_at'))
  if (status !== undefined) query = query.where('status', '=', status)
  if (planId !== undefined) query = query.where('plan_id', '=', planId)
  if (correlationId !== undefined) query = query.where('correlation_id', '=', correlationId)
  if (operation !== undefined) query = query.where('operation', '=', operation)
  if (from !== undefined) query = query.where('created_at', '>=', new Date(from))
  if (to !== undefined) query = query.where('created_at', '<', new Date(to))
  if (provider !== undefined)
    query = query.where(({ exists, selectFrom }) => exists(selectFrom('deployment_steps as at').select('at.provider').whereRef('at.record_id', '=', 'deployment_records.id').where('at.provider', '=', provider)))
  if (clientId !== undefined || templateId !== undefined)
    query = query.where('plan_id', 'in', ({ selectFrom }) =>
      selectFrom('deployment_plans').select('id')
        .$if(clientId !== undefined, (plans) => plans.where('client_id', '=', clientId ?? ''))
        .$if(templateId !== undefined, (plans) => plans.where('template_id', '=', templateId ?? '')))
  if (parked !== undefined)
    query = query.where((where) => {
      const waits = where.and([parkedStep(where), where('superseded_by', 'is', null)])
      return parked ? waits : where.not(waits)
    })
  if (failing !== undefined)
    query = query.where((where) => {
      const tries = where.and([where('status', 'in', ['queued', 'running']), failingStep(where)])
      return failing ? tries : where.not(tries)
    })
  const { items, nextCursor } = await readPage(query, 'created_at', 'id', page, (row) => row)
  return { items: await withSteps(tx, items), nextCursor }
}
