import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { container, context, deployment, filled, parts } from '../src/diagrams.mjs'
import { problems } from '../src/model.mjs'

const root = join(import.meta.dirname, '..')
const model = JSON.parse(readFileSync(join(root, 'model/model.json'), 'utf8'))
const changed = (change) => { const copy = structuredClone(model); change(copy); return problems(copy).join('\n') }

test('the model has no loose ends', () => assert.deepEqual(problems(model), []))

test('each loose end is named', () => {
  assert.match(changed((m) => m.relations.push({ from: 'api', to: 'nowhere', what: 'a', how: 'b' })), /names "nowhere", which is nothing/)
  assert.match(changed((m) => m.people.push({ id: 'auditor', name: 'Auditor', does: 'audits' })), /auditor has no arrow/)
  assert.match(changed((m) => m.people.push({ ...m.people[0] })), /"customer" stands twice/)
  assert.match(changed((m) => { m.containers[0].runsOn = 'moon' }), /runs on "moon", which is no node/)
  assert.match(changed((m) => { m.containers[0].technology = '' }), /needs a technology/)
  assert.match(changed((m) => { m.relations[0].how = '' }), /needs what and how/)
  assert.match(changed((m) => m.relations.push({ from: 'customer', to: 'operator', what: 'a', how: 'b' })), /does not touch the system/)
  assert.match(changed((m) => m.relations.push({ from: 'api', to: 'api', what: 'a', how: 'b' })), /points to itself/)
})

test('the context shows the system as one box, and each pair once', () => {
  const drawn = context(model)
  assert.ok(!drawn.includes('db['))
  const arrows = drawn.split('\n').filter((line) => line.includes(' --> ')).map((line) => line.replace(/ -- .* --> /, '>').trim())
  assert.equal(new Set(arrows).size, arrows.length)
  assert.ok(arrows.includes('customer>system'))
})

test('the container diagram has every element and every arrow', () => {
  const drawn = container(model)
  for (const { id } of [...model.people, ...model.externals, ...model.containers]) assert.match(drawn, new RegExp(`^\\s+${id}[([]`, 'm'))
  assert.equal(drawn.match(/ --> /g).length, model.relations.length)
})

test('every container runs somewhere in the deployment diagram', () => {
  for (const { id } of model.containers) assert.match(deployment(model), new RegExp(`^\\s+${id}\\[`, 'm'))
})

test('quotes in a name do not end the label', () => {
  assert.match(context({ ...model, system: { ...model.system, name: 'The "big" one' } }), /The #quot;big#quot; one/)
})

test('each page can be filled, twice with the same result', () => {
  for (const name of readdirSync(join(root, 'docs')).filter((one) => one.endsWith('.md'))) {
    const once = filled(readFileSync(join(root, 'docs', name), 'utf8'), model)
    assert.equal(filled(once, model), once)
  }
  assert.throws(() => filled('<!-- c4:nothing -->\n<!-- /c4 -->', model), /there is no diagram "nothing"/)
  assert.equal(Object.keys(parts).length, 4)
})
