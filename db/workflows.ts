import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import { DomainError } from '../contracts/errors.ts'
import type { Workflow, WorkflowDefinition } from '../contracts/workflows.ts'
import { canonical } from '../domain/canonical.ts'
import { toJson } from '../domain/json.ts'
import { isUuid } from '../domain/uuid.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { newId } from './ids.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database } from './schema.ts'

type Row = Selectable<Database['workflow_definitions']>
export type WorkflowSummary = Omit<Workflow, 'definition'>

const toSummary = (row: Row): WorkflowSummary => ({
  id: row.id, name: row.name, version: row.version, description: row.definition.description ?? null, createdBy: row.created_by, createdAt: row.created_at.toISOString(), updatedAt: row.updated_at.toISOString(),
})
const toWorkflow = (row: Row): Workflow => ({ ...toSummary(row), definition: row.definition })

/** By id or name. Throws 404.workflow_not_found. */
export async function getWorkflow(tx: Tx, idOrName: string): Promise<Workflow> {
  const row = await tx.selectFrom('workflow_definitions').selectAll().where(isUuid(idOrName) ? 'id' : 'name', '=', idOrName).executeTakeFirst()
  if (!row) throw new DomainError('404.workflow_not_found', `There is no workflow ${idOrName}`)
  return toWorkflow(row)
}

export async function listWorkflows(tx: Tx, filter: { name?: string | undefined }, page: PageRequest): Promise<Page<WorkflowSummary>> {
  let query = tx.selectFrom('workflow_definitions').selectAll().select(sql<string>`created_at::text`.as('cursor_at'))
  if (filter.name !== undefined) query = query.where('name', '=', filter.name)
  return readPage(query, 'created_at', 'id', page, toSummary)
}

const same = (one: WorkflowDefinition, other: WorkflowDefinition): boolean => canonical(toJson(one)) === canonical(toJson(other))

/** The workflow of that name says this from now on: made, or its next version unless it says so already. */
export async function putWorkflow(tx: Tx, { tenantId, definition, createdBy }: { tenantId: string; definition: WorkflowDefinition; createdBy: string }): Promise<{ workflow: Workflow; change: 'created' | 'updated' | 'none' }> {
  const text = JSON.stringify(definition)
  const made = await tx.insertInto('workflow_definitions').values({ tenant_id: tenantId, id: newId(), name: definition.name, definition: text, created_by: createdBy })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing()).returningAll().executeTakeFirst()
  if (made) return { workflow: toWorkflow(made), change: 'created' }
  const current = await tx.selectFrom('workflow_definitions').selectAll().where('name', '=', definition.name).forUpdate().executeTakeFirstOrThrow()
  if (same(current.definition, definition)) return { workflow: toWorkflow(current), change: 'none' }
  const row = await tx.updateTable('workflow_definitions').set({ definition: text, version: current.version + 1, updated_at: clock }).where('id', '=', current.id).returningAll().executeTakeFirstOrThrow()
  return { workflow: toWorkflow(row), change: 'updated' }
}
