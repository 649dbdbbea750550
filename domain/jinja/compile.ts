import type { Arguments, Expression } from './expression.ts'
import { filterOf } from './filters.ts'
import { testOf } from './jinja-tests.ts'
import { atom, compound, condition, inText, literal, operand, pipe } from './liquid.ts'
import type { Code, Type } from './liquid.ts'
import { methodOf } from './methods.ts'
import { needed } from './counterparts.ts'
import type { Given } from './counterparts.ts'
import { Untranslatable } from './untranslatable.ts'

/** A name or place that the template does not declare: Jinja knows whether that matters. */
export class Unknown extends Untranslatable {}

/** What names mean. Throws Unknown for those that are not declared, and Untranslatable for what only the other program knows. */
export interface Names {
  read(name: string): Code
  /** `name.key`, where that is more than a value's part. */
  readPart(name: string, key: string): Code | undefined
  /** Filters and tags that the other program adds to Jinja's own. */
  added: ReadonlySet<string>
}

/** Jinja's expression in Liquid. Throws Untranslatable for what has no counterpart. */
export function compile(expression: Expression, names: Names): Code {
  const of = (one: Expression): Code => compile(one, names)
  const given = (args: Arguments): Given => givenOf(args, of)
  switch (expression.kind) {
    case 'literal': return literalOf(expression)
    case 'list': {
      const list = expression.items.reduce((all, item) => pipe(all, 'and_item', 'list', of(item)), compound('nil | each', 'list'))
      return expression.tuple ? { ...list, type: 'sequence' } : list
    }
    case 'name': return names.read(expression.name)
    case 'attribute': return partOf(expression.of, expression.name, literal(expression.name), names)
    case 'item': return expression.key.kind === 'literal' && typeof expression.key.value === 'string' ? partOf(expression.of, expression.key.value, literal(expression.key.value), names) : pipe(of(expression.of), 'pick', 'any', of(expression.key))
    case 'slice': {
      const whole = of(expression.of)
      return pipe(whole, 'span', whole.type, ...[expression.from, expression.to].map((one) => (one ? of(one) : atom('nil', 'any'))))
    }
    case 'call': return callOf(expression.callee, given(expression.args), names)
    case 'filter': {
      const counterpart = filterOf(expression.name, names.added)
      if (!counterpart) throw new Untranslatable(`the filter ${expression.name}`)
      if (expression.name !== 'default' && expression.name !== 'd') return counterpart(of(expression.of), given(expression.args))
      const value = known(() => of(expression.of))
      return value ? counterpart(value, given(expression.args)) : (given(expression.args)(['default_value', 'boolean'])[0] ?? literal(''))
    }
    case 'test': {
      if (expression.name === 'defined' || expression.name === 'undefined') return atom(String((known(() => of(expression.of)) !== undefined) === (expression.name === 'defined')), 'boolean')
      const counterpart = testOf(expression.name)
      if (!counterpart) throw new Untranslatable(`the test ${expression.name}`)
      return counterpart(of(expression.of), given(expression.args))
    }
    case 'not': return pipe(of(expression.of), 'falsy', 'boolean')
    case 'negative': return pipe(atom('0', 'integer'), 'minus', 'any', of(expression.of))
    case 'binary': {
      const left = of(expression.left)
      // What `is defined` has decided keeps what stands behind it from being looked at.
      const decided = expression.operator === 'and' ? 'false' : expression.operator === 'or' ? 'true' : undefined
      return left.text === decided ? left : binaryOf(expression.operator, left, of(expression.right))
    }
    case 'choice': {
      const test = condition(of(expression.test))
      if (test.text === 'true') return of(expression.yes)
      if (test.text === 'false') return expression.no ? of(expression.no) : literal('')
      const [yes, no] = [of(expression.yes), expression.no ? of(expression.no) : literal('')]
      return pipe(test, 'choose', yes.type === no.type ? yes.type : 'any', yes, no)
    }
  }
}

/** What it gives, or undefined where a name in it is not declared. */
function known(work: () => Code): Code | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof Unknown) return undefined
    throw error
  }
}

function literalOf({ value, float }: { value: string | number | boolean | null; float?: boolean }): Code {
  if (typeof value === 'string') return literal(value)
  if (value === null) return atom('nil', 'any')
  return atom(String(value), typeof value === 'boolean' ? 'boolean' : float ? 'float' : 'integer')
}

function partOf(whole: Expression, key: string, code: Code, names: Names): Code {
  const special = whole.kind === 'name' ? names.readPart(whole.name, key) : undefined
  return special ?? pipe(compile(whole, names), 'pick', 'any', code)
}

function givenOf({ list, named }: Arguments, of: (one: Expression) => Code): Given {
  return (names) => {
    const stranger = Object.keys(named).find((name) => !names.includes(name))
    if (list.length > names.length || stranger !== undefined) throw new Untranslatable(stranger === undefined ? 'that many arguments' : `the argument ${stranger}`)
    return names.map((name, at) => list[at] ?? named[name]).map((one) => (one ? of(one) : undefined))
  }
}

function callOf(callee: Expression, given: Given, names: Names): Code {
  if (callee.kind === 'attribute') {
    const counterpart = methodOf(callee.name)
    if (!counterpart) throw new Untranslatable(`the method .${callee.name}()`)
    return counterpart(compile(callee.of, names), given)
  }
  if (callee.kind === 'name' && callee.name === 'range') {
    const [first, second, step] = given(['start', 'stop', 'step'])
    const [from, to] = second ? [needed(first), second] : [atom('0', 'integer'), needed(first)]
    return pipe(from, 'range', 'sequence', to, ...(step ? [step] : []))
  }
  throw new Untranslatable(callee.kind === 'name' ? `the function ${callee.name}()` : 'a call of what an expression gives')
}

const isNumber = (type: Type): boolean => type === 'integer' || type === 'float'
const simple = (type: Type): boolean => type === 'string' || type === 'boolean' || isNumber(type)
const common = (left: Code, right: Code): Type => (left.type === right.type ? left.type : isNumber(left.type) && isNumber(right.type) ? 'float' : 'any')

function binaryOf(operator: string, left: Code, right: Code): Code {
  switch (operator) {
    case 'and': return left.type === 'boolean' && right.type === 'boolean' ? compound(`${operand(left)} and ${operand(right)}`, 'boolean') : pipe(left, 'and_then', common(left, right), right)
    case 'or': return left.type === 'boolean' && right.type === 'boolean' ? compound(`${operand(left)} or ${operand(right)}`, 'boolean') : pipe(left, 'or_else', common(left, right), right)
    case '==': return equality(left, right)
    case '!=': return simple(left.type) || simple(right.type) ? compound(`${operand(left)} != ${operand(right)}`, 'boolean') : pipe(equality(left, right), 'falsy', 'boolean')
    case '<': case '>': case '<=': case '>=': return compound(`${operand(left)} ${operator} ${operand(right)}`, 'boolean')
    case 'in': return pipe(left, 'within', 'boolean', right)
    case 'not in': return pipe(pipe(left, 'within', 'boolean', right), 'falsy', 'boolean')
    case '~': return pipe(inText(left), 'append', 'string', inText(right))
    case '+': return pipe(left, 'add', common(left, right), right)
    case '-': return pipe(pipe(left, 'number', 'any'), 'minus', common(left, right), pipe(right, 'number', 'any'))
    case '*': return pipe(left, 'product', left.type === 'string' || right.type === 'string' ? 'string' : common(left, right), right)
    case '/': return pipe(pipe(left, 'number', 'any'), 'divided_by', 'float', pipe(right, 'number', 'any'))
    case '//': return pipe(left, 'quotient', common(left, right), right)
    default: throw new Untranslatable(operator === '%' ? 'the operator %' : `the operator ${operator}`)
  }
}

const equality = (left: Code, right: Code): Code =>
  simple(left.type) || simple(right.type) ? compound(`${operand(left)} == ${operand(right)}`, 'boolean') : pipe(left, 'equals', 'boolean', right)
