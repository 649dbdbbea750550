import { type Selectable, sql } from 'kysely'
import type { Rendering } from '../contracts/artifact.ts'
import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import { isObject, parseJson } from '../domain/json.ts'
import type { Tx } from './client.ts'
import type { Database } from './schema.ts'
import type { Vault } from './vault.ts'

export interface Instance {
  id: string
  templateId: string
  versionId: string
  /** Those that are no secrets. */
  variables: JsonObject
  variablesHash: string
  kbRefs: string[]
  useLlm: boolean
  rendering: Rendering
}

const columns = ['id', 'template_id', 'version_id', 'variables', 'variables_hash', 'kb_refs', 'use_llm', 'rendering'] as const

type Row = Pick<Selectable<Database['template_instances']>, (typeof columns)[number]>

const toInstance = (row: Row): Instance => ({
  id: row.id,
  templateId: row.template_id,
  versionId: row.version_id,
  variables: row.variables,
  variablesHash: row.variables_hash,
  kbRefs: row.kb_refs,
  useLlm: row.use_llm,
  rendering: row.rendering,
})

export async function findInstance(tx: Tx, id: string): Promise<Instance | undefined> {
  const row = await tx.selectFrom('template_instances').select(columns).where('id', '=', id).executeTakeFirst()
  return row && toInstance(row)
}

export async function getInstance(tx: Tx, id: string): Promise<Instance> {
  const instance = await findInstance(tx, id)
  if (!instance) throw new DomainError('404.instance_not_found', `There is no instance ${id}`)
  return instance
}

/** The secret variables of an instance, decrypted: for the activity that sends them, and nobody else. */
export async function readSecretVariables(tx: Tx, vault: Vault, tenantId: string, instanceId: string): Promise<JsonObject> {
  const { secret_variables: sealed } = await tx.selectFrom('template_instances').select('secret_variables').where('id', '=', instanceId).executeTakeFirstOrThrow()
  return sealed ? openSecrets(vault, tenantId, sealed) : {}
}

/** Throws Unreadable. */
export function openSecrets(vault: Vault, tenantId: string, sealed: Buffer): JsonObject {
  const secrets = parseJson(vault.open(tenantId, sealed))
  return isObject(secrets) ? secrets : {}
}

/** The instances with secrets that were deployed, or begun to be, for a client and a template, the latest first. */
export async function listDeployedInstances(tx: Tx, { clientId, templateId }: { clientId: string; templateId: string }, limit: number): Promise<(Instance & { sealed: Buffer })[]> {
  const { rows } = await sql<Row & { secret_variables: Buffer }>`
    select instance.* from deployment_records record
    join deployment_plans plan on plan.tenant_id = record.tenant_id and plan.id = record.plan_id
    join template_instances instance on instance.tenant_id = record.tenant_id and instance.id = (record.request ->> 'instanceId')::uuid
    where plan.client_id = ${clientId} and plan.template_id = ${templateId} and record.operation = 'deploy' and instance.secret_variables is not null
    group by instance.tenant_id, instance.id order by max(record.created_at) desc limit ${limit}`.execute(tx)
  return rows.map((row) => ({ ...toInstance(row), sealed: row.secret_variables }))
}

export async function insertInstance(tx: Tx, vault: Vault, tenantId: string, instance: Instance & { secrets: JsonObject; texts: Record<string, string>; createdBy: string }): Promise<{ created: boolean }> {
  const sealed = Object.keys(instance.secrets).length > 0 ? vault.seal(tenantId, JSON.stringify(instance.secrets)) : null
  const inserted = await tx.insertInto('template_instances')
    .values({
      tenant_id: tenantId, id: instance.id, template_id: instance.templateId, version_id: instance.versionId, variables: JSON.stringify(instance.variables),
      secret_variables: sealed, variables_hash: instance.variablesHash, kb_refs: instance.kbRefs, use_llm: instance.useLlm,
      texts: JSON.stringify(instance.texts), rendering: JSON.stringify(instance.rendering), created_by: instance.createdBy,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing()).returning('id').executeTakeFirst()
  return { created: inserted !== undefined }
}
