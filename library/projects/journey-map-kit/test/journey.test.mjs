import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { curve, drawMap, wrapped, writeMap } from '../src/draw.mjs'
import { isAssumption, least, parseCsv, problems, unused } from '../src/evidence.mjs'

const root = join(import.meta.dirname, '..')
const journey = JSON.parse(readFileSync(join(root, 'research/journey.json'), 'utf8'))
const observations = parseCsv(readFileSync(join(root, 'research/observations.csv'), 'utf8'))
const after = (change) => { const copy = structuredClone({ journey, observations }); change(copy.journey, copy.observations); return problems(copy.journey, copy.observations).join('\n') }

test('the example has its evidence', () => assert.deepEqual(problems(journey, observations), []))

test('the stages are those that were asked for, in their order', () => {
  assert.deepEqual(journey.stages.map(({ name }) => name), ${{ variables.stages | json }})
  const guide = readFileSync(join(root, 'docs/interview-guide.md'), 'utf8')
  for (const { name } of journey.stages) assert.ok(guide.includes(`### ${name}`))
})

for (const [words, change] of [
  [/has no source/, (j) => { j.stages[0].claims[0].from = [] }],
  [/comes from O999, which does not exist/, (j) => { j.stages[0].claims[0].from = ['O999'] }],
  [/which is of another stage/, (j) => { j.stages[0].claims[0].from = [j.stages[1].claims[0].from[0]] }],
  [/use one of thought/, (j) => { j.stages[0].claims[0].kind = 'idea' }],
  [/feeling is 3/, (j) => { j.stages[0].feeling = 3 }],
  [/wanted is 9/, (j) => { j.stages[0].wanted = 9 }],
  [/says nothing/, (j) => { j.stages[0].claims = [] }],
  [/O1 stands twice/, (_, o) => { o.push({ ...o[0] }) }],
  [/which is no stage/, (_, o) => { o[0].stage = 'Elsewhere' }],
  [/use quote, seen or figure/, (_, o) => { o[0].kind = 'guess' }],
  [/never a name/, (_, o) => { o[0].participant = 'Anna' }],
]) test(`refused: ${words.source}`, () => assert.match(after(change), words))

test('what too few people said is an assumption, however often they said it', () => {
  const from = (...people) => ({ claim: { from: people.map((_, index) => `X${index}`) }, rows: people.map((participant, index) => ({ id: `X${index}`, participant })) })
  const enough = from(...Array.from({ length: least }, (_, index) => `P${index}`))
  assert.equal(isAssumption(enough.claim, enough.rows), false)
  const one = from('P1', 'P1', 'P1', 'P1', 'P1')
  assert.equal(isAssumption(one.claim, one.rows), least > 1)
})

test('what no claim uses is not forgotten', () => {
  const extra = { id: 'O99', participant: 'P9', stage: journey.stages[0].name, kind: 'seen', what: 'x' }
  assert.deepEqual(unused(journey, [...observations, extra]).map(({ id }) => id), ['O99'])
})

test('CSV is read with commas, line ends and quotation marks in fields', () => {
  assert.deepEqual(parseCsv('a,b\n"1,5","say ""no""\nnow"\n2,\n'), [{ a: '1,5', b: 'say "no"\nnow' }, { a: '2', b: '' }])
})

test('lines break between words', () => assert.deepEqual(wrapped('one two three four', 9), ['one two', 'three', 'four']))

test('the line goes through every feeling', () => assert.equal(curve([2, -2]).match(/[MC]/g).join(''), 'MC'))

test('the map shows each stage and claim, and says in words what it draws', () => {
  const svg = drawMap(journey, observations)
  for (const { name } of journey.stages) assert.ok(svg.includes(`>${name}</tspan>`))
  assert.match(svg, /<desc id="description">Goal: .* Lowest at /)
  assert.equal(svg.split('<g class=').length - 1, journey.stages.flatMap(({ claims, opportunity }) => [...claims, ...(opportunity ? [1] : [])]).length)
  assert.equal(svg.includes('class="wanted"'), ${% if variables.scope == "current-and-future" %}true${% else %}false${% endif %})
})

test('names with signs of markup stay names', () => {
  const odd = { ...journey, who: 'A <b> & "c"' }
  assert.ok(drawMap(odd, observations).includes('A &lt;b&gt; &amp; &quot;c&quot;'))
})

test('the map in words quotes people', () => assert.match(writeMap(journey, observations), /"[^"]+" \(P\d\)/))

test('the commands draw both', () => {
  const target = mkdtempSync(join(tmpdir(), 'journey-'))
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/cli.mjs'), target], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    assert.equal(stdout.includes('assumed, find out'), least > 1)
    assert.match(readFileSync(join(target, 'journey.svg'), 'utf8'), /^<svg /)
  } finally {
    rmSync(target, { recursive: true })
  }
})
