import { atom, compound, operand, pipe } from './liquid.ts'
import { withNeeded } from './counterparts.ts'
import type { Counterpart } from './counterparts.ts'

/** Jinja's tests, but for those of what is defined. */
const tests: Readonly<Record<string, Counterpart>> = {
  none: (of) => compound(`${operand(of)} == nil`, 'boolean'),
  true: (of) => compound(`${operand(of)} == true`, 'boolean'),
  false: (of) => compound(`${operand(of)} == false`, 'boolean'),
  equalto: withNeeded('equals', 'boolean', 'other'),
  in: withNeeded('within', 'boolean', 'seq'),
  odd: (of) => compound(`${operand(pipe(of, 'modulo', 'integer', atom('2', 'integer')))} == 1`, 'boolean'),
  even: (of) => compound(`${operand(pipe(of, 'modulo', 'integer', atom('2', 'integer')))} == 0`, 'boolean'),
}
const synonyms: Readonly<Record<string, string>> = { eq: 'equalto', '==': 'equalto' }

export const testOf = (name: string): Counterpart | undefined => {
  const known = synonyms[name] ?? name
  return Object.hasOwn(tests, known) ? tests[known] : undefined
}
