import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'

/** Encrypts at rest (AES-256-GCM) and fingerprints secrets (HMAC-SHA-256). Ciphertexts name their key, so keys can be rotated. */
export interface Vault {
  /** `context` (the tenant) is authenticated: a ciphertext moved to another tenant cannot be read. */
  seal(context: string, text: string): Buffer
  /** Throws Unreadable. */
  open(context: string, sealed: Buffer): string
  /** True when the newest key sealed it. */
  isCurrent(sealed: Buffer): boolean
  fingerprint(context: string, text: string): string
}

/** What no key at hand opens: of a key that is gone, of another tenant, or broken. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

const idOf = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8)

/** `key` and `oldKeys` are 32 bytes in base64; old ones only read. */
export function createVault({ key, oldKeys }: { key: string; oldKeys: readonly string[] }): Vault {
  const current = Buffer.from(key, 'base64')
  const keys = new Map([current, ...oldKeys.map((old) => Buffer.from(old, 'base64'))].map((one) => [idOf(one), one]))
  const currentId = idOf(current)
  // Fingerprints outlive rotation: they hang on the oldest key, so that equal input stays equal.
  const [oldest = current] = [...keys.values()].reverse()
  const macKey = createHmac('sha256', oldest).update('slipway fingerprint').digest()
  return {
    seal(context, text) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.from(currentId), iv, cipher.getAuthTag(), body])
    },
    open(context, sealed) {
      const id = sealed.subarray(0, 8).toString()
      const found = keys.get(id)
      if (!found) throw new Unreadable(`No key ${id}: add it to ENCRYPTION_OLD_KEYS`)
      try {
        const decipher = createDecipheriv('aes-256-gcm', found, sealed.subarray(8, 20)).setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(20, 36))
        return Buffer.concat([decipher.update(sealed.subarray(36)), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new Unreadable(`What key ${id} has sealed was changed, or is another tenant's`, { cause })
      }
    },
    isCurrent: (sealed) => sealed.subarray(0, 8).toString() === currentId,
    fingerprint: (context, text) => createHmac('sha256', macKey).update(`${context}\n${text}`).digest('hex'),
  }
}
