import type { Hole, RenderedResource } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { type Tx, inTenant } from '../db/client.ts'
import { resolveConnection } from '../db/connections.ts'
import type { Credentials } from '../db/connections.ts'
import { getInstance, readSecretVariables } from '../db/instances.ts'
import type { Instance } from '../db/instances.ts'
import { linkedByOthers } from '../db/links.ts'
import { listManaged } from '../db/managed-resources.ts'
import type { ManagedResource } from '../db/managed-resources.ts'
import { getPlan } from '../db/plans.ts'
import type { Plan } from '../db/plans.ts'
import { unknownYet } from '../domain/diff.ts'
import { createRedact } from '../domain/redact.ts'
import { fillHoles } from '../domain/render.ts'
import { secretLeaves } from '../domain/secret-leaves.ts'
import { inOrder } from '../domain/waves.ts'
import type { Ordered } from '../domain/waves.ts'
import type { Made, Wanted } from '../providers/engine.ts'
import type { ActivityContext } from './context.ts'

/** One provider's part of a plan, read from the database. */
export interface Step {
  tenantId: string
  provider: string
  plan: Plan
  instance: Instance
  /** The plan's secret variables, if any of them is sent, and what has been made of them so far. */
  secrets: Json[]
  /** The client's account at the provider, if there is one. */
  credentials: Credentials | undefined
  /** What exists already, at every provider, by logical name. */
  made: Map<string, Made>
  /** What we have at this provider and the plan no longer wants, unless another plan still links it. */
  unwanted: ManagedResource[]
  /** Everything we have at this provider for this client and template. */
  managed: ManagedResource[]
  /** Vendor ids that other plans still link. */
  kept: Set<string>
  wanted(mode: 'apply' | 'preview'): Wanted[]
}

/** What each rendered resource needs first. */
export const orderedRendering = (resources: Readonly<Record<string, RenderedResource>>): Ordered[] =>
  Object.entries(resources).map(([name, { provider, holes }]) => ({ name, provider, needs: [...new Set(holes.flatMap((hole) => hole.resources))] }))

/** `planOf` reads the plan, which says all else. */
export async function loadStep(ctx: ActivityContext, { tenantId, planId, provider }: { tenantId: string; planId: string; provider: string }, planOf = (tx: Tx): Promise<Plan> => getPlan(tx, planId)): Promise<Step> {
  return inTenant(ctx.db, tenantId, async (tx) => {
    const plan = await planOf(tx)
    const instance = await getInstance(tx, plan.instanceId)
    const everything = await listManaged(tx, plan)
    const { rendering } = instance
    const holed = Object.values(rendering.resources).some(({ holes }) => holes.some(({ secret }) => secret))
    const secretVariables = holed ? await readSecretVariables(tx, ctx.vault, tenantId, instance.id) : {}
    const secrets: Json[] = [secretVariables]
    const redact = createRedact(secrets)
    const { kb = {} } = rendering
    const variables = { ...instance.variables, ...secretVariables }
    const managed = everything.filter((one) => one.provider === provider)
    const kept = await linkedByOthers(tx, plan, provider)
    const credentials = await resolveConnection(tx, ctx.vault, provider, plan.clientId)
    const order = inOrder(orderedRendering(rendering.resources))
    const isWanted = ({ type, name }: ManagedResource): boolean => rendering.resources[name]?.provider === provider && rendering.resources[name].type === type
    const made = new Map(everything.flatMap((one): [string, Made][] => {
      const rendered = rendering.resources[one.name]
      const same = rendered?.provider === one.provider && rendered.type === one.type
      return same && one.externalId !== null ? [[one.name, { name: one.name, type: one.type, externalId: one.externalId, url: one.url ?? '' }]] : []
    }))

    const fill = (resource: RenderedResource, known: ReadonlyMap<string, Made>, mode: 'apply' | 'preview'): JsonObject => {
      const ids = Object.fromEntries([...known].map(([name, { externalId, url }]) => [name, { id: externalId, url }]))
      const stand: ((hole: Hole) => Json) | undefined = mode === 'preview' ? () => unknownYet : undefined
      const filled = fillHoles(resource.spec, resource.holes, { variables, kb, resources: ids }, rendering.delimiters, stand)
      secrets.push(...secretLeaves(filled, resource.holes, redact).filter((leaf) => !secrets.includes(leaf)))
      const type = ctx.registry.get(provider).resources[resource.type]
      return type?.normalize?.(filled).spec ?? filled
    }

    return {
      tenantId, provider, plan, instance, secrets, credentials, made, managed, kept,
      unwanted: managed.filter((one) => !isWanted(one) && !(one.externalId !== null && kept.has(one.externalId))),
      wanted: (mode) => order.flatMap((name, position) => {
        const resource = rendering.resources[name]
        if (resource?.provider !== provider) return []
        const secretAt = resource.holes.filter(({ secret }) => secret).map(({ pointer }) => pointer)
        return [{ name, type: resource.type, position, outline: resource.spec, secretAt, spec: (known: ReadonlyMap<string, Made>) => fill(resource, known, mode) }]
      }),
    }
  })
}
