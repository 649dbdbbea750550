import type { Json } from '../contracts/json.ts'

/** Takes known secrets out of what is shown, logged or stored. */
export type Redact = <T extends Json>(value: T) => T

const censor = '[redacted]'
/** Shorter ones would cut words out of every sentence; they are replaced only where they stand alone. */
const shortest = 4
/** Longer ones are no pattern that an engine takes: they are replaced as they are. */
const longest = 10_000

function texts(value: Json): string[] {
  if (typeof value === 'string') return [value, ...passwordOf(value)]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((inner) => texts(inner))
}

/** A driver's error may quote the password of a connection string alone. */
function passwordOf(text: string): string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*?:([^/@\s]+)@/i.exec(text)?.[1]
  if (password === undefined) return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

/** As a vendor may echo it: plain, in JSON, in an address. */
const spellings = (text: string): string[] => [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())]

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

/** Replaces each occurrence of the secrets, wherever it stands in a text and, but for very long ones, in whatever case; keys of objects stay. */
export function createRedact(secrets: readonly Json[]): Redact {
  const all = new Set(secrets.flatMap(texts).filter((text) => text !== ''))
  if (all.size === 0) return (value) => value
  // The longest first: one secret may begin with another.
  const known = [...new Set([...all].filter((text) => text.length >= shortest).flatMap(spellings))].sort((a, b) => b.length - a.length)
  const long = known.filter((text) => text.length > longest)
  const rest = known.slice(long.length)
  const pattern = new RegExp(rest.length === 0 ? '(?!)' : rest.map(escaped).join('|'), 'gi')
  const clean = (value: Json): Json => {
    if (typeof value === 'string') return all.has(value) ? censor : long.reduce((text, secret) => text.replaceAll(secret, censor), value).replace(pattern, censor)
    if (typeof value === 'number') return all.has(String(value)) ? censor : value
    if (Array.isArray(value)) return value.map(clean)
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]))
    return value
  }
  // A text stays a text and an object an object; only a secret number becomes a text.
  return <T extends Json>(value: T): T => clean(value) as T
}
