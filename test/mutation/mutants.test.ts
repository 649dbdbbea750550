import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { mutated } from './copy.ts'
import { applied, mutantsOf, spread } from './mutants.ts'
import type { Operator } from './mutants.ts'

const changed = (text: string, operator: Operator): string[] => mutantsOf('a.ts', text).filter((mutant) => mutant.operator === operator).map((mutant) => applied(text, mutant))

const examples: [Operator, string, ...string[]][] = [
  ['condition negated', 'if (a) b()', 'if (!(a)) b()'],
  ['condition negated', 'if (!a) b()', 'if (a) b()'],
  ['and/or exchanged', 'f(a && b)', 'f(a || b)'],
  ['equality turned', 'f(a === 1)', 'f(a !== 1)'],
  ['limit moved', 'f(a < b, c >= d)', 'f(a <= b, c >= d)', 'f(a < b, c > d)'],
  ['sign turned', 'a += b - c', 'a -= b - c', 'a += b + c'],
  ['fallback dropped', 'f(a ?? b)', 'f(a)'],
  ['boolean flipped', 'f(true, false)', 'f(false, false)', 'f(true, true)'],
  ['statement removed', 'await f()\ng()', ';\ng()', 'await f()\n;'],
  ['early exit removed', 'for (;;) { if (a) continue; if (b) { c(); break }; if (d) e() }', 'for (;;) { ; if (b) { c(); break }; if (d) e() }', 'for (;;) { if (a) continue; ;; if (d) e() }'],
  ['filter or sort dropped', 'f(a.filter(b).toSorted(c))', 'f(a.filter(b))', 'f(a.toSorted(c))'],
  ['branches exchanged', 'f(a ? b : c)', 'f(a ? c : b)'],
  ['number moved', 'f(7)', 'f(8)', 'f(6)'],
  ['compared text emptied', "f(a === 'b', 'c')", "f(a === '', 'c')"],
]
for (const [operator, text, ...expected] of examples) {
  test(`${operator}: ${text}`, () => { expect(changed(text, operator)).toEqual(expected) })
}

test('types, imports and the words of an error are left alone', () => {
  expect(mutantsOf('a.ts', "import { a } from 'b'\ninterface C { d: 1 | true }\ntype E = 2\nconst f: 3 = g as 3\nconst h = () => new TypeError(i ? 'j' : k + 'l')")).toEqual([])
})

test('a mutant keeps its key when lines move, and equal ones are numbered', () => {
  const keys = (text: string): string[] => mutantsOf('a.ts', text).map(({ key }) => key)
  expect(keys('f(!0)\n')).toEqual(keys('\n\n// more\nf(!0)\n'))
  expect(keys('const more = g(1 < 2 + 3)').slice(0, 2)).toEqual(['a.ts: 1 < 2 + 3 → 1 <= 2 + 3', 'a.ts: 1 < 2 + 3 → 2 < 2 + 3'])
  expect(keys('f(true); f(true);').filter((key) => key.includes('false'))).toEqual(['a.ts: f(true); → f(false);', 'a.ts: f(true); → f(false); (2)'])
})

test('a seed gives one order, which takes every file and operator early', () => {
  const mutants = ['a.ts', 'b.ts'].flatMap((file) => mutantsOf(file, 'if (a === 1 && b < 2) return c ?? d\ne(3, 4, 5, 6)'))
  const order = spread(mutants, 1)
  expect(order).toHaveLength(mutants.length)
  expect(spread(mutants, 1)).toEqual(order)
  expect(spread(mutants, 2)).not.toEqual(order)
  expect(order.slice(0, 4).map(({ file }) => file)).toEqual(['a.ts', 'b.ts', 'a.ts', 'b.ts'])
  const kinds = new Set(mutants.map(({ operator }) => operator)).size
  expect(new Set(order.slice(0, 2 * kinds).filter(({ file }) => file === 'a.ts').map(({ operator }) => operator)).size).toBe(kinds)
})

test('a file has its own text again after the mutant, also when the work fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mutated-'))
  const path = join(folder, 'a.ts')
  writeFileSync(path, 'f(true)')
  const [mutant] = mutantsOf('a.ts', 'f(true)').filter(({ operator }) => operator === 'boolean flipped')
  if (!mutant) throw new Error('there is one')
  const work = () => Promise.reject(new Error(readFileSync(path, 'utf8')))
  await expect(mutated(path, mutant, work)).rejects.toThrow('f(false)')
  expect(readFileSync(path, 'utf8')).toBe('f(true)')
  rmSync(folder, { recursive: true })
})
