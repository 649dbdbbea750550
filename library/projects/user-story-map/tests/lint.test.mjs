import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { lintFeature, parseFeature } from '../src/gherkin.mjs'
import { drawMap, lintMap, storiesOf } from '../src/map.mjs'

const root = new URL('..', import.meta.url)
const own = parse(readFileSync(new URL('map.yaml', root), 'utf8'))
const files = readdirSync(new URL('features', root))

test('this map and these features hold together', () => {
  assert.deepEqual(lintMap(own, files.map((name) => name.replace('.feature', ''))), [])
  for (const name of files) assert.deepEqual(lintFeature(name, readFileSync(new URL(`features/${name}`, root), 'utf8')), [])
})

test('features use rules as this project has it', () => {
  const { rules } = parseFeature(readFileSync(new URL('features/S1.feature', root), 'utf8'))
  assert.equal(rules, ${% if variables.forms == "rules" %}1${% else %}0${% endif %})
})

const story = (id, release = 'one', over = {}) => ({ id, persona: 'user', want: 'do it', so: 'it is done', release, ...over })
const mapOf = (first, second = [story('B')], over = {}) => ({ product: 'X', personas: ['user'], releases: ['one', 'two'], next: 'two', activities: [{ name: 'First', steps: [{ name: 's', stories: first }] }, { name: 'Second', steps: [{ name: 't', stories: second }] }], ...over })

describe('of a map', () => {
  test('a whole one has no problems', () => assert.deepEqual(lintMap(mapOf([story('A')]), []), []))
  for (const [what, map, features, problem] of [
    ['a first release that leaves out an activity', mapOf([story('A')], [story('B', 'one', { release: 'two' })]), ['B'], /one: has no story of "Second"/],
    ['a story without a reason', mapOf([story('A', 'one', { so: '' })]), [], /A: "so" is empty/],
    ['an unknown persona', mapOf([story('A', 'one', { persona: 'ghost' })]), [], /ghost is no persona/],
    ['an id that stands twice', mapOf([story('B')]), [], /B: stands twice/],
    ['a story of the next release without a feature', mapOf([story('A'), story('C', 'two')]), [], /C: is in two and has no features/],
    ['a feature without a story', mapOf([story('A')]), ['Z'], /no story Z/],
    ['a step without stories', mapOf([story('A')], [story('B')], { activities: [...mapOf([story('A')]).activities, { name: 'Third', steps: [{ name: 'u', stories: [] }] }] }), [], /"u" has no story/],
  ]) test(`${what} is found`, () => assert.match(lintMap(map, features).join('\n'), problem))
})

const feature = (steps, { title = 'T', kind = 'Scenario', rest = '' } = {}) => `Feature: S1 X\n\n  @refusal\n  ${kind}: ${title}\n${steps.map((step) => `    ${step}\n`).join('')}${rest}`
const good = ['Given a', 'When b', 'Then c', 'And d']

describe('of a feature', () => {
  test('a whole one has no problems', () => assert.deepEqual(lintFeature('S1.feature', feature(good)), []))
  for (const [what, text, problem] of [
    ['nothing that happens', feature(['Given a', 'Then c']), /:4: has no When/],
    ['nothing that is promised', feature(['Given a', 'When b']), /has no Then/],
    ['two things that happen', feature(['When a', 'Then b', 'When c', 'Then d']), /two Whens/],
    ['the promise before the deed', feature(['Then a', 'When b']), /Then stands before When/],
    ['a beginning with And', feature(['And a', 'When b', 'Then c']), /begins with And/],
    ['clicks', feature(['When they click the button', 'Then c']), /:5: .*tells how it looks/],
    ['selectors', feature(['When #save is used', 'Then c']), /tells how it looks/],
    ['a title twice', `${feature(good)}  Scenario: T\n    When a\n    Then b\n`, /"T" stands twice/],
    ['only happy paths', feature(good).replace('@refusal', '@smoke'), /only happy paths/],
    ['another story\'s title', feature(good).replace('S1', 'S2'), /must begin with S1/],
    ['placeholders outside of an outline', feature(['When <a>', 'Then c']), /Scenario Outline/],
    ['an outline without examples', feature(['When <a>', 'Then c'], { kind: 'Scenario Outline' }), /without examples/],
    ['a column that is missing, and one too many', feature(['When <a>', 'Then c'], { kind: 'Scenario Outline', rest: '    Examples:\n      | b |\n      | 1 |\n' }), /no column a[\s\S]*no step uses the column b/],
  ]) test(`${what}: found`, () => assert.match(lintFeature('S1.feature', text).join('\n'), problem))
})

test('the page shows each story, and believes no text', () => {
  const page = drawMap({ ...own, product: '<script>' })
  for (const { id } of storiesOf(own)) assert.ok(page.includes(`<b>${id}</b>`))
  assert.ok(!page.includes('<script>'))
})
