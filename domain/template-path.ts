import type { Delimiters } from '../contracts/artifact.ts'
import { defaultDelimiters } from './expressions.ts'

/** A name in a template's path: its text, and what it is with a letter in place of each expression. */
export interface NamePart {
  text: string
  outline: string
}

/** The path's names. A slash inside an expression parts none. */
export function namesOf(path: string, { output, tag }: Delimiters = defaultDelimiters): NamePart[] {
  const names: NamePart[] = []
  let name: NamePart = { text: '', outline: '' }
  for (let at = 0; at < path.length;) {
    const pair = [output, tag].find(([open]) => path.startsWith(open, at))
    const close = pair ? path.indexOf(pair[1], at + pair[0].length) : -1
    const end = pair && close >= 0 ? close + pair[1].length : at + 1
    const piece = path.slice(at, end)
    if (piece === '/') {
      names.push(name)
      name = { text: '', outline: '' }
    } else name = { text: name.text + piece, outline: name.outline + (end > at + 1 ? 'x' : piece) }
    at = end
  }
  return [...names, name]
}
