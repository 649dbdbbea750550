import { unknownAsset } from './refusal.ts'
import type { Fields } from './wire.ts'

/** One version of an LLM, a flow or an agent; everything about a resource is one row, so that a change is atomic. */
export interface Version {
  version: number
  is_published: boolean
  base_version?: number | null
  last_modification_timestamp: number
  fields: Fields
}

export interface Versioned {
  versions: Version[]
  channel?: 'voice' | 'chat'
}

export const findVersion = (what: string, id: string, { versions }: Versioned, version: number | undefined): Version =>
  (version === undefined ? newest({ versions }) : versions.find((one) => one.version === version)) ??
  unknownAsset(`version ${version} of ${what}`, id)

export function newest({ versions }: Versioned): Version {
  const last = versions.toSorted((a, b) => a.version - b.version).at(-1)
  if (last === undefined) throw new Error('A versioned resource has at least one version')
  return last
}
