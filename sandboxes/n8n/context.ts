import { randomInt } from 'node:crypto'
import type { SandboxStore } from '../kernel.ts'
import type { N8nVersion } from './body.ts'
import { N8nRefusal } from './refusal.ts'

export interface N8n {
  version: N8nVersion
  /** Whether variables and projects answer; a Community instance refuses them. */
  licensed: boolean
  store: SandboxStore
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** n8n's ids are 16 characters long. */
export const newId = (): string => Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('')

export const now = (): string => new Date().toISOString()

export function getRow<T>({ store }: N8n, type: string, id: string): T {
  const row = store.get<T>(type, id)
  if (row === undefined) throw new N8nRefusal(404, 'Not Found')
  return row
}

export function requireLicense({ licensed }: N8n, feature: string): void {
  if (licensed) return
  throw new N8nRefusal(
    403,
    `Your license does not allow for ${feature}. To enable ${feature}, please upgrade to a license that supports this feature.`,
  )
}
