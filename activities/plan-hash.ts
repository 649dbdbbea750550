import type { Hole } from '../contracts/artifact.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { Tx } from '../db/client.ts'
import { readSecretVariables } from '../db/instances.ts'
import type { Instance } from '../db/instances.ts'
import { canonical } from '../domain/canonical.ts'
import { ExpressionError } from '../domain/expressions.ts'
import { fillHoles } from '../domain/render.ts'
import type { ActivityContext } from './context.ts'

/** Hash of everything that would be sent, secrets by their fingerprint; ids that only the deployment will know count by name. */
export async function planHashOf(ctx: ActivityContext, tx: Tx, tenantId: string, plan: { clientId: string; targets: readonly string[] }, instance: Instance): Promise<string> {
  const { resources, initialization, delimiters } = instance.rendering
  const variables = { ...instance.variables, ...(await readSecretVariables(tx, ctx.vault, tenantId, instance.id)) }
  const ids = Object.fromEntries(Object.keys(resources).map((name) => [name, { id: `${name}.id`, url: `${name}.url` }]))
  const scope = { variables, kb: instance.rendering.kb ?? {}, resources: ids }
  const sent = (spec: JsonObject, holes: readonly Hole[]): JsonObject => {
    try {
      return fillHoles(spec, holes, scope, delimiters)
    } catch (error) {
      // It fails the deployment, not the plan.
      if (error instanceof ExpressionError) return { spec, instanceId: instance.id }
      throw error
    }
  }
  const wanted = Object.entries(resources).flatMap(([name, { provider, type, spec, holes }]): [string, JsonObject][] => {
    if (!plan.targets.includes(provider)) return []
    const filled = sent(spec, holes)
    return [[name, { provider, type, spec: ctx.registry.get(provider).resources[type]?.normalize?.(filled).spec ?? filled }]]
  })
  const rows = (table: 'prompts' | 'documents'): JsonObject[] => initialization[table].map(({ row, holes }) => sent(row, holes))
  return ctx.vault.fingerprint(tenantId, canonical({ clientId: plan.clientId, targets: [...plan.targets], resources: Object.fromEntries(wanted), prompts: rows('prompts'), documents: rows('documents') }))
}
