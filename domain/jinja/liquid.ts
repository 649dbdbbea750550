import { Untranslatable } from './untranslatable.ts'

/** What a Liquid expression gives, as far as it can be known. A sequence is what Python prints otherwise than a list: a tuple, a range. */
export type Type = 'string' | 'boolean' | 'integer' | 'float' | 'list' | 'sequence' | 'any'

/** A Liquid expression: alone, or as part of another in parentheses. */
export interface Code {
  text: string
  type: Type
  /** True for a name or a literal, which needs no parentheses. */
  atom: boolean
}

export const atom = (text: string, type: Type): Code => ({ text, type, atom: true })
export const compound = (text: string, type: Type): Code => ({ text, type, atom: false })
export const operand = ({ text, atom: alone }: Code): string => (alone ? text : `(${text})`)

/** A filter over it. The filters of a compound expression are of the whole of it. */
export const pipe = (of: Code, filter: string, type: Type, ...args: Code[]): Code =>
  compound(`${of.text} | ${filter}${args.length > 0 ? `: ${args.map(operand).join(', ')}` : ''}`, type)

/** Nothing in it can be taken for a delimiter. */
export const literal = (value: string): Code =>
  atom(`"${value.replace(/[^\p{L}\p{N} _./,:;=+*@!?&'()-]/gu, (unit) => Array.from({ length: unit.length }, (_, at) => `\\u${unit.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''))}"`, 'string')

/** Python's truth of a value, which is not Liquid's. */
export const condition = (of: Code): Code => (of.type === 'boolean' ? of : pipe(of, 'truthy', 'boolean'))

/** As Python would print it. */
export function inText(of: Code): Code {
  if (of.type === 'string') return of
  if (of.type === 'sequence') throw new Untranslatable('a tuple, range or view as text')
  return pipe(of, of.type === 'float' ? 'float_text' : 'printed', 'string')
}

/** Ends the rendering wherever it is needed. */
export const failing = (reason: string): Code => compound(`nil | fail: ${literal(reason).text}`, 'any')
