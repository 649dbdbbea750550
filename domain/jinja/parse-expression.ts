import { comparisons, keywords } from './expression.ts'
import type { Arguments, Expression } from './expression.ts'
import { refuse, tokenReaderOf } from './token-reader.ts'
import type { TokenReader } from './token-reader.ts'
import { Untranslatable, short } from './untranslatable.ts'

/** Reads expressions off a tag's source, one after the other. */
export interface Reader extends Pick<TokenReader, 'take' | 'name' | 'end'> {
  expression(): Expression
  /** Without a trailing `if`, which a `for` has for itself. */
  operand(): Expression
}

export function readerOf(source: string): Reader {
  const reader = tokenReaderOf(source)
  return { ...reader, expression: () => readExpression(reader), operand: () => readAlternatives(reader) }
}

/** The one expression of a text. */
export function parseExpression(source: string): Expression {
  const reader = tokenReaderOf(source)
  const expression = readExpression(reader)
  reader.end()
  return expression
}

function readExpression(reader: TokenReader): Expression {
  let yes = readAlternatives(reader)
  while (reader.take('if')) {
    const test = readAlternatives(reader)
    yes = { kind: 'choice', test, yes, no: reader.take('else') ? readExpression(reader) : undefined }
  }
  return yes
}

type Part = (reader: TokenReader) => Expression

/** Operators of one rank, the leftmost first. */
const leftwards = (operators: readonly string[], inner: Part): Part => (reader) => {
  const following = (): string | undefined => operators.find((one) => reader.take(one))
  let left = inner(reader)
  for (let operator = following(); operator !== undefined; operator = following()) left = { kind: 'binary', operator, left, right: inner(reader) }
  return left
}

const readPower = leftwards(['**'], readValue)
const readProduct = leftwards(['*', '//', '/', '%'], readPower)
const readConcatenation = leftwards(['~'], readProduct)
const readSum = leftwards(['+', '-'], readConcatenation)
const readConjunction = leftwards(['and'], readNegation)
const readAlternatives = leftwards(['or'], readConjunction)

function readNegation(reader: TokenReader): Expression {
  return reader.is('not') && !reader.is('in', 1) && reader.take('not') ? { kind: 'not', of: readNegation(reader) } : readComparison(reader)
}

function readComparison(reader: TokenReader): Expression {
  const left = readSum(reader)
  const operator = reader.is('not') && reader.is('in', 1) ? 'not in' : reader.peek().text
  if (!comparisons.has(operator) || reader.peek().kind === 'string') return left
  operator.split(' ').forEach(() => reader.next())
  const compared: Expression = { kind: 'binary', operator, left, right: readSum(reader) }
  if (comparisons.has(reader.peek().text) && reader.peek().kind !== 'string') throw new Untranslatable(`two comparisons in one: "${short(reader.source)}"`)
  return compared
}

/** A value with all that hangs on it: signs in front of it; its parts, calls, filters and tests behind. */
function readValue(reader: TokenReader): Expression {
  let of = readSigned(reader)
  for (;;) {
    if (reader.take('|')) of = { kind: 'filter', of, name: reader.name(), args: reader.take('(') ? readArguments(reader) : { list: [], named: {} } }
    else if (reader.take('is')) of = readTest(reader, of)
    else return of
  }
}

function readTest(reader: TokenReader, of: Expression): Expression {
  const negated = reader.take('not')
  const name = reader.name()
  const { kind, text } = reader.peek()
  const bare = kind === 'string' || kind === 'number' || (kind === 'name' && !keywords.has(text)) || reader.is('[')
  const args = reader.take('(') ? readArguments(reader) : { list: bare ? [readPostfix(reader)] : [], named: {} }
  const test: Expression = { kind: 'test', of, name, args }
  return negated ? { kind: 'not', of: test } : test
}

function readSigned(reader: TokenReader): Expression {
  if (reader.take('-')) return { kind: 'negative', of: readSigned(reader) }
  return reader.take('+') ? readSigned(reader) : readPostfix(reader)
}

function readPostfix(reader: TokenReader): Expression {
  let of = readPrimary(reader)
  for (;;) {
    if (reader.take('.')) of = reader.peek().kind === 'number' ? { kind: 'item', of, key: readPrimary(reader) } : { kind: 'attribute', of, name: reader.name() }
    else if (reader.take('[')) of = readSubscript(reader, of)
    else if (reader.take('(')) of = { kind: 'call', callee: of, args: readArguments(reader) }
    else return of
  }
}

function readSubscript(reader: TokenReader, of: Expression): Expression {
  if (reader.take(':')) return readSlice(reader, of, undefined)
  const key = readExpression(reader)
  if (reader.take(':')) return readSlice(reader, of, key)
  reader.expect(']')
  return { kind: 'item', of, key }
}

function readSlice(reader: TokenReader, of: Expression, from: Expression | undefined): Expression {
  const to = reader.is(']') ? undefined : readExpression(reader)
  reader.expect(']')
  return { kind: 'slice', of, from, to }
}

function readPrimary(reader: TokenReader): Expression {
  const { kind, text } = reader.next()
  if (kind === 'string') {
    let value = text
    while (reader.peek().kind === 'string') value += reader.next().text
    return { kind: 'literal', value }
  }
  if (kind === 'number') return { kind: 'literal', value: Number(text), ...(/[.eE]/.test(text) ? { float: true } : {}) }
  if (kind === 'name') {
    if (/^(true|false)$/i.test(text)) return { kind: 'literal', value: text.toLowerCase() === 'true' }
    if (/^none$/i.test(text)) return { kind: 'literal', value: null }
    return keywords.has(text) ? refuse(reader.source) : { kind: 'name', name: text }
  }
  if (text === '[') return { kind: 'list', items: readItems(reader, ']') }
  if (text !== '(') refuse(reader.source)
  const [first, ...others] = readItems(reader, ')')
  // (a, b) is a tuple; so is (a,).
  return first && others.length === 0 && !reader.is(',', -2) ? first : { kind: 'list', items: first ? [first, ...others] : [], tuple: true }
}

function readItems(reader: TokenReader, close: string): Expression[] {
  const items: Expression[] = []
  while (!reader.take(close)) {
    items.push(readExpression(reader))
    if (!reader.is(close)) reader.expect(',')
  }
  return items
}

function readArguments(reader: TokenReader): Arguments {
  const args: Arguments = { list: [], named: {} }
  while (!reader.take(')')) {
    if (reader.is('*') || reader.is('**')) refuse(reader.source)
    if (reader.peek().kind === 'name' && reader.is('=', 1)) {
      const key = reader.name()
      reader.next()
      args.named[key] = readExpression(reader)
    } else args.list.push(readExpression(reader))
    if (!reader.is(')')) reader.expect(',')
  }
  return args
}
