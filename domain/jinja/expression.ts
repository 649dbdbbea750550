import { tokensOf } from './tokens.ts'
import type { Token } from './tokens.ts'
import { Untranslatable, short } from './untranslatable.ts'

/** Jinja's expressions as a tree: https://jinja.palletsprojects.com/en/stable/templates/#expressions */
export type Expression =
  | { kind: 'literal'; value: string | number | boolean | null; float?: boolean }
  | { kind: 'list'; items: Expression[]; tuple?: boolean }
  | { kind: 'name'; name: string }
  | { kind: 'attribute'; of: Expression; name: string }
  | { kind: 'item'; of: Expression; key: Expression }
  | { kind: 'slice'; of: Expression; from: Expression | undefined; to: Expression | undefined }
  | { kind: 'call'; callee: Expression; args: Arguments }
  | { kind: 'filter'; of: Expression; name: string; args: Arguments }
  | { kind: 'test'; of: Expression; name: string; args: Arguments }
  | { kind: 'not'; of: Expression }
  | { kind: 'negative'; of: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'choice'; test: Expression; yes: Expression; no: Expression | undefined }

export interface Arguments {
  list: Expression[]
  named: Record<string, Expression>
}

const comparisons = new Set(['==', '!=', '<', '>', '<=', '>=', 'in', 'not in'])
/** Words that end an expression, or stand between two. */
const keywords = new Set(['if', 'else', 'and', 'or', 'not', 'in', 'is', 'recursive'])

/** Reads expressions off a tag's source, one after the other. */
export interface Reader {
  expression(): Expression
  /** Without a trailing `if`, which a `for` has for itself. */
  operand(): Expression
  /** True, and past it, when this comes next. */
  take(text: string): boolean
  name(): string
  /** Throws when something is left. */
  end(): void
}

export function readerOf(source: string): Reader {
  const tokens = tokensOf(source)
  let at = 0
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? { kind: 'end', text: '' }
  const is = (text: string, ahead = 0): boolean => peek(ahead).text === text && (peek(ahead).kind === 'operator' || peek(ahead).kind === 'name')
  const take = (text: string): boolean => {
    if (!is(text)) return false
    at += 1
    return true
  }
  const refuse = (): never => { throw new Untranslatable(`"${short(source)}"`) }
  const expect = (text: string): void => { if (!take(text)) refuse() }
  const name = (): string => {
    const token = peek()
    if (token.kind !== 'name') refuse()
    at += 1
    return token.text
  }

  const leftwards = (operators: readonly string[], inner: () => Expression) => (): Expression => {
    let left = inner()
    for (let operator = operators.find((one) => is(one)); operator !== undefined; operator = operators.find((one) => is(one))) {
      at += 1
      left = { kind: 'binary', operator, left, right: inner() }
    }
    return left
  }

  function primary(): Expression {
    const token = peek()
    at += 1
    if (token.kind === 'string') {
      let value = token.text
      for (; peek().kind === 'string'; at++) value += peek().text
      return { kind: 'literal', value }
    }
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text), ...(/[.eE]/.test(token.text) ? { float: true } : {}) }
    if (token.kind === 'name') {
      if (/^(true|false)$/i.test(token.text)) return { kind: 'literal', value: token.text.toLowerCase() === 'true' }
      if (/^none$/i.test(token.text)) return { kind: 'literal', value: null }
      if (keywords.has(token.text)) refuse()
      return { kind: 'name', name: token.text }
    }
    if (token.text === '[') return { kind: 'list', items: listUntil(']') }
    if (token.text !== '(') refuse()
    const [first, ...others] = listUntil(')')
    // (a, b) is a tuple; so is (a,).
    return first && others.length === 0 && !is(',', -2) ? first : { kind: 'list', items: first ? [first, ...others] : [], tuple: true }
  }

  function listUntil(close: string): Expression[] {
    const items: Expression[] = []
    while (!take(close)) {
      items.push(expression())
      if (!is(close)) expect(',')
    }
    return items
  }

  function callArguments(): Arguments {
    const args: Arguments = { list: [], named: {} }
    while (!take(')')) {
      if (is('*') || is('**')) refuse()
      if (peek().kind === 'name' && is('=', 1)) {
        const key = name()
        at += 1
        args.named[key] = expression()
      } else args.list.push(expression())
      if (!is(')')) expect(',')
    }
    return args
  }

  function postfix(start: Expression): Expression {
    let of = start
    for (;;) {
      if (take('.')) of = peek().kind === 'number' ? { kind: 'item', of, key: primary() } : { kind: 'attribute', of, name: name() }
      else if (take('[')) of = subscript(of)
      else if (take('(')) of = { kind: 'call', callee: of, args: callArguments() }
      else return of
    }
  }

  function subscript(of: Expression): Expression {
    const from = is(':') ? undefined : expression()
    if (!take(':')) {
      expect(']')
      return { kind: 'item', of, key: from as Expression }
    }
    const to = is(']') ? undefined : expression()
    expect(']')
    return { kind: 'slice', of, from, to }
  }

  function filtered(start: Expression): Expression {
    let of = start
    for (;;) {
      if (take('|')) {
        const filter = name()
        of = { kind: 'filter', of, name: filter, args: take('(') ? callArguments() : { list: [], named: {} } }
      } else if (take('is')) {
        const negated = take('not')
        const test = name()
        const bare = !is('(') && !is('.') && (peek().kind === 'string' || peek().kind === 'number' || (peek().kind === 'name' && !keywords.has(peek().text)) || is('['))
        const args = take('(') ? callArguments() : { list: bare ? [postfix(primary())] : [], named: {} }
        of = { kind: 'test', of, name: test, args }
        if (negated) of = { kind: 'not', of }
      } else return of
    }
  }

  const signed = (): Expression => {
    if (take('-')) return { kind: 'negative', of: signed() }
    return take('+') ? signed() : postfix(primary())
  }
  const unary = (): Expression => filtered(signed())
  const power = leftwards(['**'], unary)
  const products = leftwards(['*', '//', '/', '%'], power)
  const concatenation = leftwards(['~'], products)
  const sums = leftwards(['+', '-'], concatenation)

  function comparison(): Expression {
    const left = sums()
    const operator = is('not') && is('in', 1) ? 'not in' : peek().text
    if (!comparisons.has(operator) || peek().kind === 'string') return left
    at += operator === 'not in' ? 2 : 1
    const compared: Expression = { kind: 'binary', operator, left, right: sums() }
    if (comparisons.has(peek().text) && peek().kind !== 'string') throw new Untranslatable(`two comparisons in one: "${short(source)}"`)
    return compared
  }
  const negation = (): Expression => (is('not') && !is('in', 1) && take('not') ? { kind: 'not', of: negation() } : comparison())
  const conjunction = leftwards(['and'], negation)
  const operand = leftwards(['or'], conjunction)

  function expression(): Expression {
    let yes = operand()
    while (take('if')) {
      const test = operand()
      yes = { kind: 'choice', test, yes, no: take('else') ? expression() : undefined }
    }
    return yes
  }

  return { expression, operand, take, name, end: () => { if (at < tokens.length) refuse() } }
}

/** The one expression of a text. */
export function parseExpression(source: string): Expression {
  const reader = readerOf(source)
  const expression = reader.expression()
  reader.end()
  return expression
}
