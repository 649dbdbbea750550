import { compile } from './compile.ts'
import { atom, condition, literal, operand, pipe } from './liquid.ts'
import type { Code } from './liquid.ts'
import { parseExpression, readerOf } from './parse-expression.ts'
import { JinjaError, isPlain, skipTo } from './pieces.ts'
import { Untranslatable, short } from './untranslatable.ts'
import { attempt, output, stop, tag } from './work.ts'
import type { Work } from './work.ts'

/** A tag's word, and what stands behind it. */
interface Tag {
  word: string
  rest: string
  line: number
  /** Its place among the pieces. */
  at: number
}

/** One tag; answers the last place that it has dealt with. */
export function addTag(work: Work, source: string, line: number, at: number): number {
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
