import { ghl } from './ghl/index.ts'
import { git } from './git/index.ts'
import { llm } from './llm/index.ts'
import { n8n } from './n8n/index.ts'
import type { Provider } from './provider.ts'
import { retell } from './retell/index.ts'
import { supabase } from './supabase/index.ts'

export interface ProviderRegistry {
  /** Throws for a name that is not there. */
  get(name: string): Provider
  has(name: string): boolean
  names(): string[]
  /** Names of those that a plan may target: they have resources. */
  targets(): string[]
}

export function createRegistry(list: readonly Provider[]): ProviderRegistry {
  const byName = new Map(list.map((provider) => [provider.name, provider]))
  const twice = list.find((provider) => byName.get(provider.name) !== provider)
  if (twice) throw new Error(`Two providers are called "${twice.name}"`)
  return {
    get(name) {
      const provider = byName.get(name)
      if (!provider) throw new Error(`There is no provider "${name}"; there are ${[...byName.keys()].join(', ')}`)
      return provider
    },
    has: (name) => byName.has(name),
    names: () => [...byName.keys()],
    targets: () => list.filter(({ resources }) => Object.keys(resources).length > 0).map(({ name }) => name),
  }
}

/** Every vendor that Slipway can deploy to. A new one is a folder beside this file and its name in this list. */
export const providers = createRegistry([retell, n8n, ghl, supabase, llm, git])
