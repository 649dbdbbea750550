import { tokensOf } from './tokens.ts'
import type { Token } from './tokens.ts'
import { Untranslatable, short } from './untranslatable.ts'

/** Reads words off a tag's source, one after the other. */
export interface TokenReader {
  source: string
  peek(ahead?: number): Token
  is(text: string, ahead?: number): boolean
  /** The one that comes next, and past it. */
  next(): Token
  /** True, and past it, when this comes next. */
  take(text: string): boolean
  expect(text: string): void
  name(): string
  /** Throws when something is left. */
  end(): void
}

export function tokenReaderOf(source: string): TokenReader {
  const tokens = tokensOf(source)
  let at = 0
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? { kind: 'end', text: '' }
  const is = (text: string, ahead = 0): boolean => peek(ahead).text === text && (peek(ahead).kind === 'operator' || peek(ahead).kind === 'name')
  const next = (): Token => tokens[at++] ?? { kind: 'end', text: '' }
  const take = (text: string): boolean => {
    if (!is(text)) return false
    at += 1
    return true
  }
  return {
    source, peek, is, next, take,
    expect(text) { if (!take(text)) refuse(source) },
    name: () => (peek().kind === 'name' ? next().text : refuse(source)),
    end() { if (at < tokens.length) refuse(source) },
  }
}

export function refuse(source: string): never {
  throw new Untranslatable(`"${short(source)}"`)
}
