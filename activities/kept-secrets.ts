import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { Tx } from '../db/client.ts'
import { getClient } from '../db/clients.ts'
import { readSecretVariables } from '../db/instances.ts'
import { findNewestPlan } from '../db/plans.ts'
import { getVersion } from '../db/template-versions.ts'
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
  const { artifact, status } = await getVersion(tx, template, version)
  // Who may write a draft may not learn from it, by rules that a value breaks or keeps, what others have given.
  if (status === 'draft') throw new DomainError('409.version_draft', `Version ${artifact.version ?? ''} is a draft, which is given no secrets: publish it first`)
  const declared = secretVariables(artifact.variables)
  const secrets = await readSecretVariables(tx, ctx.vault, tenantId, plan.instanceId)
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => declared.has(name)))
}
