import { createHash, randomUUID } from 'node:crypto'

/** A fresh id (UUID v4). */
export const newId = (): string => randomUUID()

/** The same parts, the same UUID (version 8: a SHA-256 of ours). */
export function derivedId(...parts: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex')
