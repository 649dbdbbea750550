import { randomBytes } from 'node:crypto'
import { sha256 } from '../../db/ids.ts'

/** What is given out once and kept as a hash. With 256 random bits, one round of SHA-256 is enough. */
export type SecretKind = 'sk' | 'rt' | 'inv'

const shape = /^(sk|rt|inv)_([\w-]{22})_[\w-]{43}$/

/** A fresh secret. It names its tenant, so that it is looked up under that tenant's row-level security and no other. */
export function newSecret(kind: SecretKind, tenantId: string): { text: string; hash: string } {
  const text = `${kind}_${Buffer.from(tenantId.replaceAll('-', ''), 'hex').toString('base64url')}_${randomBytes(32).toString('base64url')}`
  return { text, hash: sha256(text) }
}

/** Where to look a secret up; undefined for what is none of this kind. */
export function readSecret(kind: SecretKind, text: string): { tenantId: string; hash: string } | undefined {
  const [, found, tenant] = shape.exec(text) ?? []
  if (found !== kind || tenant === undefined) return undefined
  const hex = Buffer.from(tenant, 'base64url').toString('hex')
  return { tenantId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), hash: sha256(text) }
}
