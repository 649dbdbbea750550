import { DomainError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import { hostileAt, membersOf } from '../domain/hostile.ts'
import { parseJson } from '../domain/json.ts'
import { membersIn, repeatedKey } from '../domain/repeated-keys.ts'

export const invalid = (message: string): DomainError => new DomainError('400.request_invalid', message, { errors: [{ pointer: '', message }] })
/** The message goes on from the place. */
const invalidAt = (pointer: string, message: string): DomainError => new DomainError('400.request_invalid', `${pointer || 'The body'} ${message}`, { errors: [{ pointer, message }] })

export function checkMediaType(type: string | undefined): void {
  const [, charset] = /^application\/(?:[\w.+-]+\+)?json\s*(?:;.*?charset="?([\w-]+)|;|$)/i.exec(type ?? '') ?? []
  const json = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type ?? '')
  if (!json || (charset !== undefined && !/^utf-?8$/i.test(charset))) throw new DomainError('415.unsupported_media_type', 'Send application/json in UTF-8')
}

/** The engine's own message quotes the body, which may hold a secret. */
const placeIn = ({ message }: SyntaxError): string => / at position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0] ?? ''

/** What the body says. Throws 400.request_invalid naming the place. */
export function readJson(bytes: Buffer): Json {
  let text: string
  let value: Json
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    value = parseJson(text)
  } catch (error) {
    throw invalid(error instanceof SyntaxError ? `The body is not JSON${placeIn(error)}` : 'The body is not UTF-8')
  }
  const hostile = hostileAt(value)
  if (hostile) throw invalidAt(hostile.pointer, hostile.message)
  if (membersIn(text) !== membersOf(value)) throw invalidAt(repeatedKey(text) ?? '', 'stands more than once')
  return value
}
