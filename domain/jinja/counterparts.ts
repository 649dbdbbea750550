import { atom, inText, pipe } from './liquid.ts'
import type { Code, Type } from './liquid.ts'
import { Untranslatable } from './untranslatable.ts'

/** A call's arguments by place or name; undefined where they are missing. */
export type Given = (names: readonly string[]) => (Code | undefined)[]

/** What a filter, method or test of Jinja's is in Liquid. */
export type Counterpart = (of: Code, given: Given) => Code

export function needed(argument: Code | undefined): Code {
  if (argument === undefined) throw new Untranslatable('a call without an argument that it needs')
  return argument
}

export const plain = (filter: string, type: Type): Counterpart => (of, given) => {
  given([])
  return pipe(of, filter, type)
}
/** Of the text of a value. */
export const ofText = (filter: string, type: Type = 'string'): Counterpart => (of, given) => plain(filter, type)(inText(of), given)
/** With arguments that may be missing from the end. */
export const withArguments = (filter: string, type: Type, names: readonly string[]): Counterpart => (of, given) => {
  const args = given(names)
  const last = args.findLastIndex((one) => one !== undefined)
  return pipe(of, filter, type, ...args.slice(0, last + 1).map((one) => one ?? atom('nil', 'any')))
}
export const withNeeded = (filter: string, type: Type, name: string): Counterpart => (of, given) => pipe(of, filter, type, ...given([name]).map(needed))

export const replaced: Counterpart = (of, given) => {
  const [from, to] = given(['old', 'new'])
  if (needed(from).text === '""') throw new Untranslatable('replace of nothing')
  return pipe(inText(of), 'replace', 'string', inText(needed(from)), inText(needed(to)))
}
