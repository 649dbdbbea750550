import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/** Argon2id by default; more than the 19 MiB and two passes that OWASP's password storage cheat sheet asks for at least. */
const cost = { memoryCost: 32 * 1_024, timeCost: 3, parallelism: 1 }

/** The same text, however the keyboard composed it (RFC 8265). */
const composed = (password: string): string => password.normalize('NFKC')

export const hashPassword = (password: string): Promise<string> => hash(composed(password), cost)

let decoy: Promise<string> | undefined

/** Without a hash, of somebody who does not exist, it takes as long and is false. */
export async function verifyPassword(hashed: string | undefined, password: string): Promise<boolean> {
  const nobodys = await (decoy ??= hashPassword(randomBytes(32).toString('hex')))
  return (await verify(hashed ?? nobodys, composed(password))) && hashed !== undefined
}
