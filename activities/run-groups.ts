import type { Tx } from '../db/client.ts'
import { getInstance } from '../db/instances.ts'
import { findResourcePlanOf, mayHaveRows } from '../db/resource-plans.ts'
import { deploymentWaves, inOrder } from '../domain/waves.ts'
import type { Group } from '../domain/waves.ts'
import { orderedRendering } from './steps.ts'

export async function groupsOf(tx: Tx, plan: { targets: string[]; instanceId: string }): Promise<Record<string, Group[]>> {
  const { rendering } = await getInstance(tx, plan.instanceId)
  const wanted = orderedRendering(rendering.resources).filter(({ provider }) => plan.targets.includes(provider))
  const groups = deploymentWaves(wanted)
  // A target that the template has dropped still has something to prune.
  return Object.fromEntries(plan.targets.map((target) => [target, groups[target] ?? [{ names: [], after: [] }]]))
}

/** One group per provider; a provider waits for those whose resources refer to its own. */
export async function removalOf(tx: Tx, plan: { id: string; targets: string[]; instanceId: string; clientId: string; templateId: string }): Promise<Record<string, Group[]>> {
  const { rendering } = await getInstance(tx, plan.instanceId)
  const ordered = orderedRendering(rendering.resources)
  const rank = new Map(inOrder(ordered).map((name, index) => [ordered.find((one) => one.name === name)?.provider, index]))
  const owned = (target: string) => new Set(ordered.filter(({ provider }) => provider === target).map(({ name }) => name))
  const users = (target: string) => ordered
    .filter(({ provider, needs }) => plan.targets.includes(provider) && (rank.get(provider) ?? 0) > (rank.get(target) ?? 0) && needs.some((need) => owned(target).has(need)))
    .map(({ provider }) => provider)
  const rows = await findResourcePlanOf(tx, plan.id)
  const staged = rows && mayHaveRows(rows) ? ['supabase'] : []
  return Object.fromEntries([...new Set([...plan.targets, ...staged])].map((target) => [target, [{ names: [], after: [...new Set(users(target))].map((provider) => ({ provider, groups: 1 })) }]]))
}
