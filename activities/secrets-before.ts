import type { RenderedResource } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { inTenant } from '../db/client.ts'
import { listDeployedInstances } from '../db/deployed-instances.ts'
import { getInstance, readSecretVariables } from '../db/instances.ts'
import { unknownYet } from '../domain/diff.ts'
import { ExpressionError } from '../domain/expressions.ts'
import type { Scope } from '../domain/expressions.ts'
import { fillHoles } from '../domain/render.ts'
import { secretLeaves } from '../domain/secret-leaves.ts'
import type { ActivityContext } from './context.ts'
import type { Step } from './steps.ts'

/** Older ones than that have been sent over. */
const remembered = 20

/** What earlier deployments for this client and template have sent in secret: it stands at the vendor still, whatever the plan says now. */
export async function secretsBefore(ctx: ActivityContext, { tenantId, provider, plan, made }: Step): Promise<Json[]> {
  const ids = Object.fromEntries([...made].map(([name, { externalId, url }]) => [name, { id: externalId, url }]))
  return inTenant(ctx.db, tenantId, async (tx) => {
    const found: Json[] = []
    for (const id of await listDeployedInstances(tx, plan, remembered)) {
      const { variables, rendering } = await getInstance(tx, id)
      const secrets = await readSecretVariables(tx, ctx.vault, tenantId, id).catch(ofLostKey)
      const scope = { variables: { ...variables, ...secrets }, kb: rendering.kb ?? {}, resources: ids }
      const sent = Object.values(rendering.resources).filter((resource) => resource.provider === provider)
      found.push(secrets, ...sent.flatMap((resource) => leavesOf(resource, scope, rendering.delimiters)))
    }
    return found
  })
}

/** What no key opens any more must not end all that is planned for the client. */
function ofLostKey(error: unknown): JsonObject {
  if (error instanceof Error && /^No key |authenticate data/.test(error.message)) return {}
  throw error
}

/** Hole by hole: one that can no longer be filled hides no other. */
const leavesOf = ({ spec, holes }: RenderedResource, scope: Scope, delimiters: Parameters<typeof fillHoles>[3]): Json[] =>
  holes.filter(({ secret }) => secret).flatMap((hole) => {
    try {
      return secretLeaves(fillHoles(spec, [hole], scope, delimiters, () => unknownYet), [hole])
    } catch (error) {
      if (error instanceof ExpressionError) return []
      throw error
    }
  })
