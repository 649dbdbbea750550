import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { lint } from '../src/lint.mjs'
import { longest, rules } from '../src/rules.mjs'
import { sentencesOf } from '../src/text.mjs'

const root = join(import.meta.dirname, '..')
const of = (text) => lint(text).map(({ rule, message }) => `${rule}: ${message}`)
const only = (rule, text) => of(text).filter((one) => one.startsWith(`${rule}:`))

test('the guide has no errors', () => assert.deepEqual(lint(readFileSync(join(root, 'guide/style.md'), 'utf8')).filter(({ level }) => level === 'error'), []))

test('every word list is explained in the guide', () => {
  const guide = readFileSync(join(root, 'guide/style.md'), 'utf8')
  for (const name of ['spelling', 'wordy', 'minimising', 'inclusive']) assert.ok(guide.includes(`| ${name} |`), name)
  assert.ok(rules.length >= 10)
})
${% for term in variables.terms %}
test('the term ' + ${{ term.use | json }} + ' is kept', () => {
${%- for word in term.not %}
  assert.deepEqual(only('terms', 'First ${{ word }} again.'), ['terms: "${{ word }}": use "' + ${{ term.use | json }} + '"'])
${%- endfor %}
})
${% endfor %}
test('spelling follows the guide, also at the start of a sentence', () => {
  const wrong = '${% if variables.spelling == "british" %}Color${% else %}Colour${% endif %}'
  assert.match(only('spelling', `${wrong} matters.`)[0], /use "${% if variables.spelling == "british" %}colour${% else %}color${% endif %}"/)
  assert.deepEqual(only('spelling', '${% if variables.spelling == "british" %}Colour${% else %}Color${% endif %} matters.'), [])
})

for (const [rule, text, words] of [
  ['inclusive', 'Add it to the whitelist.', 'allow list'], ['wordy', 'Save in order to keep it.', 'use "to"'], ['wordy', 'Save in\norder to keep it.', 'use "to"'], ['minimising', 'Simply choose Save.', 'leave it out'],
  ['passive', 'Reports are quickly deleted by the timer.', 'who does it'], ['repeated', 'Choose the the file.', 'one is enough'], ['links', 'For more, [click here](a.md).', 'where the link leads'],
${%- if variables.address == "you" %}
  ['address', 'The user chooses Save.', 'say "you"'],
${%- else %}
  ['address', 'Choose your file.', 'stay impersonal'],
${%- endif %}
]) test(`${rule} finds ${JSON.stringify(text)}`, () => assert.ok(only(rule, text).join().includes(words), of(text).join()))

for (const text of ['`in order to`', '```\nin order to\n```', '> in order to', '<!-- prose off -->\nin order to\n<!-- prose on -->', 'Save in order to keep it. <!-- prose allow wordy -->', '[Saving](in-order-to.md)', 'https://example.com/in-order-to', '---\ntitle: in order to\n---\nText.']) {
  test(`nothing is found in ${JSON.stringify(text)}`, () => assert.deepEqual(only('wordy', text), []))
}

test('a word inside another is another word', () => assert.deepEqual(only('minimising', 'Adjust it in a justice-like way, justly.'), []))

test('a long sentence is found where it begins, and a list is no sentence', () => {
  const long = `${Array(longest + 1).fill('word').map((word, index) => word + String.fromCharCode(97 + (index % 26)) + index).join(' ')}.`
  assert.match(only('length', `Short.\n\n${long}`)[0], new RegExp(`${longest + 1} words`))
  assert.equal(lint(`Short.\n\n${long}`)[0].line, 3)
  assert.deepEqual(only('length', Array(longest + 5).fill('- one thing').join('\n')), [])
})

test('versions and abbreviations end no sentence', () => {
  assert.equal(sentencesOf('Version 1.2.3 is out, e.g. for Linux. Get it.').length, 2)
})

test('places are told by line and column', () => {
  const [found] = lint('One.\n\nTwo simply three.')
  assert.deepEqual([found.line, found.column], [3, 5])
})
