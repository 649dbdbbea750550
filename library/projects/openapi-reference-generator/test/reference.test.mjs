import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse, stringify } from 'yaml'
import { readDocument } from '../src/document.mjs'
import { gaps, operationPage, reference } from '../src/reference.mjs'
import { exampleOf, limitsOf, rowsOf, typeOf } from '../src/schema.mjs'

const source = readFileSync(join(import.meta.dirname, '../openapi.yaml'), 'utf8')
const read = readDocument(source)
const after = (change) => { const document = parse(source); change(document); return readDocument(stringify(document)) }
const page = (id, from = read) => operationPage(from.operations.find(({ operationId }) => operationId === id), { base: 'https://api.test', follow: from.follow })

test('the document has no gaps', () => assert.deepEqual(gaps(read), []))

test('each operation is on a page once, and the index links to it', () => {
  const pages = reference(read, 'per-tag')
  assert.deepEqual(Object.keys(pages), ['index.md', 'books.md', 'reviews.md'])
  for (const { summary, tag } of read.operations) {
    assert.equal(pages[`${tag.toLowerCase()}.md`].split(`\n## ${summary}\n`).length, 2)
    const anchor = summary.toLowerCase().replaceAll(' ', '-')
    assert.ok(pages['index.md'].includes(`${tag.toLowerCase()}.md#${anchor}`))
  }
  assert.deepEqual(Object.keys(reference(read, 'single')), ['index.md'])
})

test('a request is made of the examples', () => {
  assert.ok(page('listBooks').includes('https://api.test/books?since=2027-01-01&limit=20'))
  assert.ok(page('listReviews').includes('https://api.test/books/978-3-16-148410-0/reviews'))
  assert.match(page('addBook'), /"title": "The Harbour"/)
})
${% if variables.samples contains "curl" %}
test('a quote in an example does not end the shell text', () => {
  const quoted = after((d) => { d.components.schemas.Book.properties.title.example = "Smith's" })
  assert.ok(page('addBook', quoted).includes(`"title": "Smith'\\''s"`))
})
${% endif %}${% if variables.samples contains "python" %}
test('Python gets its own words for true and null', () => {
  const other = after((d) => { d.components.schemas.Book.properties.sold = { type: 'boolean', description: 'x', example: true } })
  assert.match(page('addBook', other), /"sold": True/)
})
${% endif %}
test('limits, choices and required fields stand in the table', () => {
  assert.match(page('addBook'), /\| `title` \| string \| yes \| As it stands on the cover\. length at most `300` \|/)
  assert.match(page('addBook'), /one of `draft`, `sold`, `withdrawn`/)
  assert.match(page('listBooks'), /\| `limit` \| query \| integer \| no \| How many at most\. at least `1`; at most `200`; default `50` \|/)
})

test('a schema inside itself is named and not opened for ever', () => {
  const review = { $ref: '#/components/schemas/Review' }
  assert.deepEqual(rowsOf(review, read.follow).map(({ name }) => name), ['stars', 'text', 'replies'])
  assert.deepEqual(exampleOf(review, read.follow), { stars: 4, text: 'Could not put it down', replies: [] })
  assert.equal(typeOf({ type: 'array', items: review }, read.follow), 'array of Review')
})

test('composed schemas are shown as one, and choices by name', () => {
  const follow = (value) => value
  const both = { allOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }, { properties: { b: { type: 'integer' } } }] }
  assert.deepEqual(rowsOf(both, follow).map(({ name, required }) => [name, required]), [['a', true], ['b', false]])
  assert.equal(typeOf({ oneOf: [{ type: 'string' }, { type: 'integer' }] }, follow), 'string or integer')
  assert.equal(typeOf({ type: ['string', 'null'], format: 'date' }, follow), 'string or null (date)')
  assert.equal(limitsOf({ minimum: 0 }, follow), 'at least `0`')
})

for (const [words, change] of [
  ['has no summary', (d) => { delete d.paths['/books'].get.summary }],
  ['has no description: order', (d) => { delete d.paths['/books'].get.description }],
  ['speaks of endpoints', (d) => { d.paths['/books'].get.description = 'This endpoint can be used to list books' }],
  ['parameter since has no description', (d) => { delete d.paths['/books'].get.parameters[0].description }],
  ['parameter isbn has no example', (d) => { delete d.paths['/books/{isbn}/reviews'].parameters[0].example }],
  ['field price has no description', (d) => { d.components.schemas.Book.properties.price = { type: 'string' } }],
  ['tells no 4xx', (d) => { delete d.paths['/books/{isbn}/reviews'].get.responses['404'] }],
  ['answer 409 does not say when', (d) => { d.paths['/books'].post.responses['409'].description = 'Conflict' }],
]) test(`a gap is named: ${words}`, () => assert.ok(gaps(after(change)).join('\n').includes(words)))

test('a reference that leads nowhere, and a foreign document, are refused', () => {
  assert.throws(() => gaps(after((d) => { d.paths['/books'].post.requestBody = { $ref: '#/components/none' } })), /leads nowhere/)
  assert.throws(() => readDocument('swagger: "2.0"'), /no OpenAPI/)
})
