import { createHmac, timingSafeEqual } from 'node:crypto'

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const sign = (content: string, secret: string): Buffer => createHmac('sha256', secret).update(content).digest()

/** A legacy Supabase key: an HS256 token that names a database role. It does not expire, like the vendor's. */
export function signSupabaseKey(secret: string, role: 'service_role' | 'anon'): string {
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ iss: 'supabase', role })}`
  return `${content}.${sign(content, secret).toString('base64url')}`
}

/** The role of a legacy key, or undefined where the signature is not ours or the key has expired. */
export function roleOfKey(key: string, secret: string): string | undefined {
  const [header, payload, signature] = key.split('.')
  if (header === undefined || payload === undefined || signature === undefined) return undefined
  const [given, right] = [Buffer.from(signature, 'base64url'), sign(`${header}.${payload}`, secret)]
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
  const { role, exp }: { role?: string; exp?: number } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return exp !== undefined && exp * 1000 < Date.now() ? undefined : role
}
