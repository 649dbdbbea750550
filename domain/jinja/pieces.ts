/** How a template spells its parts, and what Jinja does to the white space around them. */
export interface Syntax {
  variable: readonly [string, string]
  block: readonly [string, string]
  comment: readonly [string, string]
  trimBlocks: boolean
  lstripBlocks: boolean
  keepTrailingNewline: boolean
}

export const jinjaSyntax: Syntax = { variable: ['{{', '}}'], block: ['{%', '%}'], comment: ['{#', '#}'], trimBlocks: false, lstripBlocks: false, keepTrailingNewline: true }

/** Text as it comes out, with all white space control done; or the inside of an output or a tag. */
export type Piece = { kind: 'text'; text: string } | { kind: 'raw'; text: string } | { kind: 'output'; source: string; line: number } | { kind: 'tag'; source: string; line: number }

export class JinjaError extends Error {
  override readonly name = 'JinjaError'
  readonly line: number
  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/** The line of a place; asked for places that only grow, it looks at each character once. */
function lineCounter(text: string): (at: number) => number {
  let [line, seen] = [1, 0]
  return (at) => {
    for (; seen < at; seen++) if (text.charCodeAt(seen) === 10) line += 1
    return line
  }
}

type Kind = 'variable' | 'block' | 'comment'
interface Opening { kind: Kind; at: number; length: number }

/** The next part that begins at or after a place: of two at one place, the longer. What lies ahead is looked for once. */
function openingsOf(text: string, syntax: Syntax): (from: number) => Opening | undefined {
  const ahead = (['variable', 'block', 'comment'] as const).map((kind) => ({ kind, at: -1, length: syntax[kind][0].length }))
  return (from) => {
    for (const one of ahead) {
      if (one.at >= from) continue
      const found = text.indexOf(syntax[one.kind][0], from)
      one.at = found < 0 ? Infinity : found
    }
    const [first] = [...ahead].sort((a, b) => a.at - b.at || b.length - a.length)
    return first && first.at < Infinity ? { ...first } : undefined
  }
}

/** Where the closing delimiter begins, outside of quotes and brackets; -1 when there is none. */
function closingAt(text: string, from: number, close: string, isCode: boolean): number {
  if (!isCode) return text.indexOf(close, from)
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const unit = text[at] ?? ''
    if (depth === 0 && text.startsWith(close, at)) return at
    if (unit === '"' || unit === "'") {
      for (at += 1; at < text.length && text[at] !== unit; at++) if (text[at] === '\\') at += 1
    } else if ('([{'.includes(unit)) depth += 1
    else if (')]}'.includes(unit)) depth -= 1
  }
  return -1
}

const sign = (unit: string | undefined): '-' | '+' | '' => (unit === '-' || unit === '+' ? unit : '')

/** Parts a template. Throws JinjaError for a part that is not closed. */
export function piecesOf(text: string, syntax: Syntax): Piece[] {
  const pieces: Piece[] = []
  const [nextOpening, lineAt] = [openingsOf(text, syntax), lineCounter(text)]
  let at = 0
  /** What the part before leaves of the text behind it. */
  let after: '' | '-' | 'newline' = ''

  const addText = (end: number, kind: 'text' | 'raw', before: '' | '-' | 'line'): void => {
    let part = text.slice(at, end)
    const lineStarts = at === 0 || text[at - 1] === '\n'
    if (after === '-') part = part.trimStart()
    else if (after === 'newline') part = part.replace(/^\r?\n/, '')
    if (before === '-') part = part.trimEnd()
    else if (before === 'line') {
      const from = part.lastIndexOf('\n') + 1
      if ((from > 0 || lineStarts || after === 'newline') && part.slice(from).trim() === '') part = part.slice(0, from)
    }
    if (part !== '') pieces.push({ kind, text: part })
  }

  for (let opening = nextOpening(0); opening; opening = nextOpening(at)) {
    const { kind, length } = opening
    const line = lineAt(opening.at)
    const start = opening.at + length
    const control = sign(text[start])
    addText(opening.at, 'text', control === '-' ? '-' : control === '' && syntax.lstripBlocks && kind !== 'variable' ? 'line' : '')
    const close = syntax[kind][1]
    const from = control === '' ? start : start + 1
    const end = closingAt(text, from, close, kind !== 'comment')
    if (end < 0) throw new JinjaError(`${syntax[kind][0]} is not closed`, line)
    const last = end > from ? sign(text[end - 1]) : ''
    const source = text.slice(from, last === '' ? end : end - 1)
    after = last === '-' ? '-' : last === '' && syntax.trimBlocks && kind !== 'variable' ? 'newline' : ''
    at = end + close.length
    if (kind === 'variable') pieces.push({ kind: 'output', source, line })
    else if (kind === 'block' && source.trim() === 'raw') readRaw(line)
    else if (kind === 'block') pieces.push({ kind: 'tag', source, line })
  }
  addText(text.length, 'text', '')
  return syntax.keepTrailingNewline ? pieces : withoutLastNewline(pieces)

  function readRaw(line: number): void {
    const escaped = (part: string): string => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const end = new RegExp(`${escaped(syntax.block[0])}([-+]?)\\s*endraw\\s*([-+]?)${escaped(syntax.block[1])}`, 'g')
    end.lastIndex = at
    const found = end.exec(text)
    if (!found) throw new JinjaError('raw is not closed', line)
    addText(found.index, 'raw', found[1] === '-' ? '-' : found[1] === '' && syntax.lstripBlocks ? 'line' : '')
    at = found.index + found[0].length
    after = found[2] === '-' ? '-' : found[2] === '' && syntax.trimBlocks ? 'newline' : ''
  }
}

function withoutLastNewline(pieces: Piece[]): Piece[] {
  const last = pieces.at(-1)
  if (last?.kind === 'text' || last?.kind === 'raw') last.text = last.text.replace(/\r?\n$/, '')
  return pieces
}

/** Where a block that means nothing here ends. */
export function skipTo(pieces: readonly Piece[], end: string, from: number, name: string): number {
  let depth = 0
  for (let at = from + 1; at < pieces.length; at++) {
    const piece = pieces[at]
    if (piece?.kind !== 'tag') continue
    const [word] = piece.source.trim().split(/\s+/)
    if (word === name) depth += 1
    else if (word === end && depth-- === 0) return at
  }
  return pieces.length
}

/** The inside of a loop that neither counts nor has an `else` of its own. */
export function isPlain(inside: readonly Piece[]): boolean {
  let depth = 0
  return inside.every((piece) => {
    if (piece.kind !== 'tag' && piece.kind !== 'output') return true
    const [word = ''] = piece.kind === 'tag' ? piece.source.trim().split(/\s+/) : []
    if (word === 'if' || word === 'for') depth += 1
    else if (word === 'endif' || word === 'endfor') depth -= 1
    return !/\bloop\b/.test(piece.source) && !(word === 'else' && depth === 0)
  })
}
