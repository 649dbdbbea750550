import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseCsv } from '../src/csv.mjs'
import { scanFolder, scanText } from '../src/scan.mjs'
import { check, demands, impact, levels, toMatrix, withResults } from '../src/trace.mjs'

const id = (number) => `${{ variables.prefix }}-${number}`
const last = levels.at(-1)
const weakest = Object.keys(demands).find((key) => demands[key].length === 0)
const one = (number, level, parents = '', over = {}) => ({ id: id(number), level, parents, text: 'It works', status: 'approved', risk: weakest, ...over })
/** A chain through all levels; the last is number 1. */
const chain = () => levels.map((level, index) => one(levels.length - index, level, index === 0 ? '' : id(levels.length - index + 1)))
const links = [{ requirement: id(1), kind: 'code', target: 'a.mjs:1' }, { requirement: id(1), kind: 'test', target: 'it works', result: 'passed' }]
const problems = (change, over = links) => {
  const requirements = chain()
  return check(change ? change(requirements) ?? requirements : requirements, over).join('\n')
}
const text = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

test('the sample has no gap', () => {
  const all = withResults([...parseCsv(text('links.csv')), ...scanFolder(fileURLToPath(new URL('../sample', import.meta.url)))], JSON.parse(text('sample/results.json')))
  assert.deepEqual(check(parseCsv(text('requirements.csv')), all), [])
})
test('a whole chain has no gap', () => assert.equal(problems(), ''))

for (const [what, change, over, message] of [
  ['an id that stands twice', (list) => [...list, list.at(-1)], links, /stands twice/],
  ['an id of another form', (list) => [...list, { ...list.at(-1), id: 'X1' }], links, /X1: ids are/],
  ['a level that is none', (list) => [...list, one(9, 'wish')], links, /wish is no level/],
  ['a link to what does not exist', undefined, [...links, { requirement: id(77), kind: 'test', target: 't', result: 'passed' }], /77: is named in "t" and does not exist/],
  ['code of what was dropped', (list) => [...list, one(9, last, '', { status: 'dropped' })], [...links, { requirement: id(9), kind: 'code', target: 'b.mjs:2' }], /9: was dropped, and b\.mjs:2/],
  ['no code', undefined, links.slice(1), /1: no code/],
  ['no test', undefined, links.slice(0, 1), /1: no test names it/],
  ['a test that failed', undefined, [links[0], { ...links[1], result: 'failed' }], /"it works" failed/],
  ['a parent that does not exist', (list) => { list.at(-1).parents = id(50) }, links, /comes from .*50, which does not exist/],
  ['a circle', (list) => { list.at(-1).parents = id(1) }, links, /comes from itself/],
]) test(`${what} is found`, () => assert.match(problems(change, over), message))
${% if variables.levels.size > 1 %}
test('a requirement that comes from nothing is asked why, and a need that nothing serves is named', () => {
  const found = problems((list) => { list.at(-1).parents = '' })
  assert.match(found, /1: comes from no .*: why is it here\?/)
  assert.match(found, /2: nothing below serves it/)
})
test('drafts and what was dropped need no test', () => {
  assert.equal(problems((list) => [...list, one(9, last, list.at(-1).parents, { status: 'draft' })]), '')
})
${% endif -%}
${% if variables.regime != "none" %}
test('the risk class decides what else is demanded, and a class that is none is refused', () => {
  const [strongest, kinds] = Object.entries(demands).sort((a, b) => b[1].length - a[1].length)[0]
  const strict = (list) => { list.at(-1).risk = strongest }
  assert.equal(problems(strict).split('\n').length, kinds.length)
  assert.equal(problems(strict, [...links, ...kinds.map((kind) => ({ requirement: id(1), kind, target: 'R', result: 'passed' }))]), '')
  assert.match(problems((list) => { list.at(-1).risk = 'harmless' }), /"harmless" is no risk class/)
})
${% endif %}
test('ids are read from comments of code and names of tests, and nowhere else', () => {
  assert.deepEqual(scanText('src/a.mjs', `// see ${id(1)}\n// implements ${id(2)}, ${id(3)}`).map(({ requirement, target }) => [requirement, target]), [[id(2), 'src/a.mjs:2'], [id(3), 'src/a.mjs:2']])
  assert.deepEqual(scanText('a.test.mjs', `// ${id(1)}\ntest('${id(2)} works', () => {})\nit("does ${id(3)}", f)`).map(({ requirement, target }) => [requirement, target]), [[id(2), `${id(2)} works`], [id(3), `does ${id(3)}`]])
})
test('a test of which the run says nothing never ran', () => assert.equal(withResults([{ kind: 'test', target: 'x' }], [])[0].result, 'never ran'))
test('a change touches all below it, with code and tests', () => {
  const list = chain()
  const { below, above, links: touched } = impact(list, links, list[0].id)
  assert.deepEqual([below.length, above, touched.length], [levels.length - 1, [], 2])
  assert.throws(() => impact(list, links, id(99)), /there is no/)
})
test('the matrix has a row per requirement of the last level', () => assert.equal(toMatrix(chain(), links).split('\n').length, 3))
