import { rules } from './rules.mjs'
import { allowances, placeOf, proseOf } from './text.mjs'

/** What is found in one text, in its order. */
export function lint(source) {
  const prose = proseOf(source)
  const allowed = allowances(source)
  return rules
    .flatMap(({ name, level, find }) => find(prose).map(({ offset, message }) => ({ rule: name, level, message, ...placeOf(source, offset) })))
    .filter(({ rule, line }) => !allowed[line - 1]?.includes(rule))
    .sort((a, b) => a.line - b.line || a.column - b.column)
}
