/** A resource as far as order is concerned. */
export interface Ordered {
  name: string
  provider: string
  /** Logical names of the resources it needs first. */
  needs: readonly string[]
}

/** Resources of one provider that one activity makes, in this order, once `after` is done. */
export interface Group {
  names: string[]
  /** Providers and the number of their groups that must be done before. */
  after: { provider: string; groups: number }[]
}

/** The names along a dependency cycle, first repeated last; undefined when there is none. */
export function cycleIn(resources: readonly Ordered[]): string[] | undefined {
  const byName = new Map(resources.map((resource) => [resource.name, resource]))
  const done = new Set<string>()
  const walk = (name: string, path: string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    if (done.has(name)) return undefined
    for (const need of byName.get(name)?.needs ?? []) {
      const cycle = walk(need, [...path, name])
      if (cycle) return cycle
    }
    done.add(name)
    return undefined
  }
  for (const { name } of resources) {
    const cycle = walk(name, [])
    if (cycle) return cycle
  }
  return undefined
}

/** Names in an order in which everything comes after what it needs; equal ranks keep the given order. No cycles. */
export function inOrder(resources: readonly Ordered[]): string[] {
  const byName = new Map(resources.map((resource) => [resource.name, resource]))
  const ordered = new Set<string>()
  const visit = (name: string): void => {
    if (ordered.has(name)) return
    for (const need of byName.get(name)?.needs ?? []) visit(need)
    if (byName.has(name)) ordered.add(name)
  }
  for (const { name } of resources) visit(name)
  return [...ordered]
}

/**
 * Per provider, its resources in as few groups as the references between providers allow: one, when no other provider is
 * referred to. Needs outside `resources` are taken as met.
 */
export function deploymentWaves(resources: readonly Ordered[]): Record<string, Group[]> {
  const byName = new Map(resources.map((resource) => [resource.name, resource]))
  const levels = new Map<string, number>()
  const level = (name: string): number => {
    const known = levels.get(name)
    if (known !== undefined) return known
    const resource = byName.get(name)
    const value = Math.max(0, ...(resource?.needs ?? []).flatMap((need) => {
      const other = byName.get(need)
      return other ? [level(need) + (other.provider === resource?.provider ? 0 : 1)] : []
    }))
    levels.set(name, value)
    return value
  }
  const order = inOrder(resources)
  const used = (provider: string): number[] =>
    [...new Set(order.filter((name) => byName.get(name)?.provider === provider).map(level))].sort((a, b) => a - b)

  const providers = [...new Set(resources.map(({ provider }) => provider))].sort()
  const levelsOf = new Map(providers.map((provider) => [provider, used(provider)]))
  return Object.fromEntries(
    providers.map((provider) => [
      provider,
      (levelsOf.get(provider) ?? []).map((at) => {
        const names = order.filter((name) => byName.get(name)?.provider === provider && level(name) === at)
        const after = new Map<string, number>()
        for (const need of names.flatMap((name) => byName.get(name)?.needs ?? [])) {
          const other = byName.get(need)
          if (!other || other.provider === provider) continue
          const groups = (levelsOf.get(other.provider) ?? []).indexOf(level(need)) + 1
          after.set(other.provider, Math.max(groups, after.get(other.provider) ?? 0))
        }
        return { names, after: [...after].map(([other, groups]) => ({ provider: other, groups })) }
      }),
    ]),
  )
}
