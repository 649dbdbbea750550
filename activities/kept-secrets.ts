import type { JsonObject } from '../contracts/json.ts'
import type { Tx } from '../db/client.ts'
import { getClient } from '../db/clients.ts'
import { readSecretVariables } from '../db/instances.ts'
import { findNewestPlan } from '../db/plans.ts'
import { getVersion } from '../db/templates.ts'
import type { Template } from '../db/templates.ts'
import { secretVariables } from '../domain/variables.ts'
import type { ActivityContext } from './context.ts'

/**
 * The secrets with which a client's newest plan of a template is deployed, as far as the version to be rendered still declares
 * them. A workflow cannot carry secrets, so it takes up those that somebody has given before.
 */
export async function keptSecrets(ctx: ActivityContext, tx: Tx, tenantId: string, template: Template, clientId: string, version: string | undefined): Promise<JsonObject> {
  await getClient(tx, clientId)
  const plan = await findNewestPlan(tx, { templateId: template.id, clientId })
  if (!plan) return {}
  const declared = secretVariables((await getVersion(tx, template, version)).artifact.variables)
  const secrets = await readSecretVariables(tx, ctx.vault, tenantId, plan.instanceId)
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => declared.has(name)))
}
