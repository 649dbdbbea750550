import type { RenderedResource } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { inTenant } from '../db/client.ts'
import { listDeployedInstances, openSecrets } from '../db/instances.ts'
import { Unreadable } from '../db/vault.ts'
import { unknownYet } from '../domain/diff.ts'
import { ExpressionError } from '../domain/expressions.ts'
import type { Scope } from '../domain/expressions.ts'
import { type Redact, createRedact } from '../domain/redact.ts'
import { fillHoles } from '../domain/render.ts'
import { secretLeaves } from '../domain/secret-leaves.ts'
import type { ActivityContext } from './context.ts'
import type { Step } from './steps.ts'

/** Older ones than that have been sent over. */
const remembered = 20

/** What earlier deployments for this client and template have sent in secret: it stands at the vendor still, whatever the plan says now. */
export async function secretsBefore(ctx: ActivityContext, { tenantId, provider, plan, made }: Step): Promise<Json[]> {
  const ids = Object.fromEntries([...made].map(([name, { externalId, url }]) => [name, { id: externalId, url }]))
  const instances = await inTenant(ctx.db, tenantId, (tx) => listDeployedInstances(tx, plan, remembered))
  return instances.flatMap(({ variables, rendering, sealed }) => {
    const secrets = unlessLost(() => openSecrets(ctx.vault, tenantId, sealed))
    const redact = createRedact([secrets])
    const scope = { variables: { ...variables, ...secrets }, kb: rendering.kb ?? {}, resources: ids }
    const sent = Object.values(rendering.resources).filter((resource) => resource.provider === provider)
    return [secrets, ...sent.flatMap((resource) => leavesOf(resource, scope, rendering.delimiters, redact))]
  })
}

/** What no key opens any more must not end all that is planned for the client. */
function unlessLost(read: () => JsonObject): JsonObject {
  try {
    return read()
  } catch (error) {
    if (error instanceof Unreadable) return {}
    throw error
  }
}

/** Hole by hole: one that can no longer be filled hides no other. */
const leavesOf = ({ spec, holes }: RenderedResource, scope: Scope, delimiters: Parameters<typeof fillHoles>[3], redact: Redact): Json[] =>
  holes.filter(({ secret }) => secret).flatMap((hole) => {
    try {
      return secretLeaves(fillHoles(spec, [hole], scope, delimiters, () => unknownYet), [hole], redact)
    } catch (error) {
      if (error instanceof ExpressionError) return []
      throw error
    }
  })
