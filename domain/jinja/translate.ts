import { Unknown, compile } from './compile.ts'
import type { Names } from './compile.ts'
import { parseExpression, readerOf } from './parse-expression.ts'
import { atom, condition, failing, inText, literal, operand, pipe } from './liquid.ts'
import type { Code } from './liquid.ts'
import { JinjaError, isPlain, piecesOf, skipTo } from './pieces.ts'
import type { Piece, Syntax } from './pieces.ts'
import { createScopes } from './scopes.ts'
import type { Scopes } from './scopes.ts'
import { Untranslatable, short } from './untranslatable.ts'

/** What could not be translated, and whether whoever needs the place is stopped. */
export interface Remark {
  line: number
  what: string
  stops: boolean
}

export interface Translation {
  text: string
  remarks: Remark[]
}

/** A template while it is translated. */
interface Work {
  syntax: Syntax
  pieces: readonly Piece[]
  scopes: Scopes
  /** What has been begun, and what will stand for its end. */
  open: { tag: string; end: string; line: number }[]
  out: string[]
  remarks: Remark[]
}

/** A tag's word, and what stands behind it. */
interface Tag {
  word: string
  rest: string
  line: number
  /** Its place among the pieces. */
  at: number
}

const output = ({ syntax }: Pick<Work, 'syntax'>, code: string): string => `${syntax.variable[0]} ${code} ${syntax.variable[1]}`
const tag = ({ syntax }: Pick<Work, 'syntax'>, code: string): string => `${syntax.block[0]} ${code} ${syntax.block[1]}`

/** A Jinja template as Liquid with the same delimiters; it gives the same text, or ends where it would not. */
export function translate(source: string, syntax: Syntax, root: Names): Translation {
  try {
    return translated(source, syntax, root)
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error
    return { text: output({ syntax }, failing(error.message).text), remarks: [{ line: error.line, what: error.message, stops: true }] }
  }
}

function translated(source: string, syntax: Syntax, root: Names): Translation {
  const work: Work = { syntax, pieces: piecesOf(source, syntax), scopes: createScopes(root), open: [], out: [], remarks: [] }
  for (let at = 0; at < work.pieces.length; at++) at = addPiece(work, at)
  const left = work.open.at(-1)
  if (left) throw new JinjaError(`${left.tag} is not closed`, left.line)
  return { text: work.out.join(''), remarks: work.remarks }
}

/** Translates the piece at a place; answers the last place that it has dealt with. */
function addPiece(work: Work, at: number): number {
  const piece = work.pieces[at]
  switch (piece?.kind) {
    case 'text': work.out.push(verbatim(piece.text, work.syntax, work.pieces[at + 1] !== undefined)); return at
    case 'raw': work.out.push(tag(work, 'raw') + piece.text + tag(work, 'endraw')); return at
    case 'output': work.out.push(output(work, attempt(work, piece.line, () => inText(compile(parseExpression(piece.source), work.scopes.names))).text)); return at
    case 'tag': return addTag(work, piece.source, piece.line, at)
    case undefined: return at
  }
}

function addTag(work: Work, source: string, line: number, at: number): number {
  const [, word = '', rest = ''] = /^\s*([a-z_]\w*)?([\s\S]*)$/i.exec(source) ?? []
  try {
    return statement(work, { word, rest, line, at }, source)
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error
    stop(work, line, `cannot translate ${error.message}`)
    // Its end must not be missed.
    if (word === 'for') return skipTo(work.pieces, 'endfor', at, 'for')
    return word === 'set' && !rest.includes('=') ? skipTo(work.pieces, 'endset', at, 'set') : at
  }
}

/** Tags with an end, whose inside is nothing by itself here. */
const blocks = new Set(['macro', 'call', 'filter', 'with', 'autoescape', 'trans', 'block'])

/** One tag; answers the last place that it has dealt with. */
function statement(work: Work, one: Tag, source: string): number {
  const { word, rest, line, at } = one
  switch (word) {
    case 'if': beginIf(work, one); return at
    case 'elif':
      innermost(work, line, 'if')
      work.out.push(tag(work, `elsif ${conditionOf(work, one)}`))
      return at
    case 'else':
      innermost(work, line, 'if', 'for')
      work.out.push(tag(work, 'else'))
      return at
    case 'for': beginFor(work, one); return at
    case 'set': beginSet(work, one); return at
    case 'endif': case 'endfor': case 'endset': close(work, line, word.slice('end'.length)); return at
    case 'now': work.out.push(output(work, now(work, rest).text)); return at
    case 'macro': case 'import': case 'from':
      // What it defines is unknown: whoever calls it is told there.
      work.remarks.push({ line, what: `${word === 'macro' ? 'macro' : 'import'} "${short(rest)}"`, stops: false })
      return word === 'macro' ? skipTo(work.pieces, 'endmacro', at, 'macro') : at
    default:
      stop(work, line, `cannot translate the tag "${short(source)}"`)
      return blocks.has(word) ? skipTo(work.pieces, `end${word}`, at, word) : at
  }
}

/** The expression, or one that ends the rendering where it is needed. */
function attempt({ remarks }: Work, line: number, work: () => Code): Code {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error
    const what = `${error instanceof Unknown ? '' : 'cannot translate '}${error.message}`
    remarks.push({ line, what, stops: true })
    return failing(what)
  }
}

function stop(work: Work, line: number, what: string): void {
  work.remarks.push({ line, what, stops: true })
  work.out.push(output(work, failing(what).text))
}

const conditionOf = (work: Work, { rest, line }: Tag): string => attempt(work, line, () => condition(compile(parseExpression(rest), work.scopes.names))).text

function beginIf(work: Work, one: Tag): void {
  work.out.push(tag(work, `if ${conditionOf(work, one)}`))
  work.scopes.enterCondition()
  work.open.push({ tag: 'if', end: tag(work, 'endif'), line: one.line })
}

function beginFor(work: Work, { rest, line, at }: Tag): void {
  const { scopes, out, pieces } = work
  const reader = readerOf(rest)
  const targets = [reader.name()]
  while (reader.take(',')) targets.push(reader.name())
  if (!reader.take('in')) throw new Untranslatable(`"for ${short(rest)}"`)
  const expression = reader.operand()
  const filter = reader.take('if') ? reader.operand() : undefined
  if (reader.take('recursive')) throw new Untranslatable('a recursive for')
  reader.end()
  // Liquid counts what the condition leaves out, and knows no else for it.
  if (filter && !isPlain(pieces.slice(at + 1, skipTo(pieces, 'endfor', at, 'for')))) throw new Untranslatable('a for with a condition that also has loop or else')
  const all = attempt(work, line, () => compile(expression, scopes.names))
  const list = operand(all.type === 'list' || all.type === 'sequence' ? all : pipe(all, 'each', 'list'))
  scopes.enterLoop()
  const [single = '', ...more] = targets
  const item = more.length === 0 ? scopes.define(single, 'any') : scopes.fresh()
  out.push(tag(work, `for ${item.text} in ${list}`))
  if (more.length > 0) targets.forEach((name, place) => { out.push(tag(work, `assign ${scopes.define(name, 'any').text} = ${pipe(item, 'pick', 'any', atom(String(place), 'integer')).text}`)) })
  if (filter) out.push(tag(work, `if ${condition(attempt(work, line, () => compile(filter, scopes.names))).text}`))
  work.open.push({ tag: 'for', end: (filter ? tag(work, 'endif') : '') + tag(work, 'endfor'), line })
}

/** `set name = value`, or with all that comes up to its end. */
function beginSet(work: Work, { rest, line }: Tag): void {
  const { scopes, out } = work
  const reader = readerOf(rest)
  const name = reader.name()
  if (reader.take('=')) {
    const expression = reader.expression()
    reader.end()
    const code = attempt(work, line, () => compile(expression, scopes.names))
    out.push(tag(work, `assign ${scopes.assign(name, code.type).text} = ${code.text}`))
    return
  }
  reader.end()
  out.push(tag(work, `capture ${scopes.assign(name, 'string').text}`))
  work.open.push({ tag: 'set', end: tag(work, 'endcapture'), line })
}

/** Cookiecutter's own tag, of its time extension: the time zone, and the format. */
function now({ scopes }: Work, rest: string): Code {
  if (!scopes.names.added.has('now')) throw new Untranslatable(`the tag "now${rest.trimEnd()}"`)
  const reader = readerOf(rest)
  const zone = reader.expression()
  const format = reader.take(',') ? compile(reader.expression(), scopes.names) : literal('%Y-%m-%d')
  reader.end()
  if (zone.kind !== 'literal' || (zone.value !== 'utc' && zone.value !== 'local')) throw new Untranslatable('now in another time zone than utc')
  return pipe(literal('now'), 'date', 'string', format, atom('0', 'integer'))
}

function innermost({ open }: Work, line: number, ...tags: string[]): Work['open'][number] {
  const last = open.at(-1)
  if (!last || !tags.includes(last.tag)) throw new JinjaError('an end without its beginning', line)
  return last
}

function close(work: Work, line: number, word: string): void {
  work.out.push(innermost(work, line, word).end)
  work.open.pop()
  if (word === 'for') work.scopes.leaveLoop()
  else if (word === 'if') work.scopes.leaveCondition()
}

/** Text whose end, with what follows, might now be taken for a delimiter: a comment between them has gone, or white space. */
function verbatim(text: string, { variable, block }: Syntax, isFollowed: boolean): string {
  const last = text.slice(-1)
  const ambiguous = isFollowed && [variable[0], block[0]].some((one) => Array.from(one).some((_, length) => length > 0 && text.endsWith(one.slice(0, length))))
  return ambiguous ? `${text.slice(0, -1)}${variable[0]} ${literal(last).text} ${variable[1]}` : text
}

/** A text of one expression as one that keeps its type, and any other as a text. */
export function translateValue(source: string, syntax: Syntax, root: Names): Translation {
  try {
    const [only, ...more] = piecesOf(source.trim(), syntax)
    if (more.length > 0 || only?.kind !== 'output') return translate(source, syntax, root)
    return { text: output({ syntax }, compile(parseExpression(only.source), root).text), remarks: [] }
  } catch (error) {
    // Told as of any other text.
    if (error instanceof Untranslatable || error instanceof JinjaError) return translate(source, syntax, root)
    throw error
  }
}
