import { Unknown } from './compile.ts'
import { failing } from './liquid.ts'
import type { Code } from './liquid.ts'
import type { Piece, Syntax } from './pieces.ts'
import type { Scopes } from './scopes.ts'
import { Untranslatable } from './untranslatable.ts'

/** What could not be translated, and whether whoever needs the place is stopped. */
export interface Remark {
  line: number
  what: string
  stops: boolean
}

/** A template while it is translated. */
export interface Work {
  syntax: Syntax
  pieces: readonly Piece[]
  scopes: Scopes
  /** What has been begun, and what will stand for its end. */
  open: { tag: string; end: string; line: number }[]
  out: string[]
  remarks: Remark[]
}

export const output = ({ syntax }: Pick<Work, 'syntax'>, code: string): string => `${syntax.variable[0]} ${code} ${syntax.variable[1]}`
export const tag = ({ syntax }: Pick<Work, 'syntax'>, code: string): string => `${syntax.block[0]} ${code} ${syntax.block[1]}`

/** The expression, or one that ends the rendering where it is needed. */
export function attempt({ remarks }: Work, line: number, work: () => Code): Code {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error
    const what = `${error instanceof Unknown ? '' : 'cannot translate '}${error.message}`
    remarks.push({ line, what, stops: true })
    return failing(what)
  }
}

export function stop(work: Work, line: number, what: string): void {
  work.remarks.push({ line, what, stops: true })
  work.out.push(output(work, failing(what).text))
}
