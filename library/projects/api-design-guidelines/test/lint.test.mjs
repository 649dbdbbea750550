import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse, stringify } from 'yaml'
import { lint } from '../lint/lint.mjs'
import { rules } from '../lint/rules.mjs'

const root = join(import.meta.dirname, '..')
const good = readFileSync(join(root, 'openapi/orders.yaml'), 'utf8')
const today = new Date('2027-01-15')
const after = (change) => { const document = parse(good); change(document); return lint(stringify(document), today) }
const told = ({ findings }) => findings.map(({ id, message }) => `${id} ${message}`).join('\n')

test('the example keeps every rule, warnings too', () => assert.deepEqual(lint(good, today), { findings: [], allowed: [] }))

test('every rule has its section in the guidelines', () => {
  const text = readFileSync(join(root, 'guidelines.md'), 'utf8')
  for (const { id, level } of rules) assert.match(text, new RegExp(`^## ${id} .*\\(${level === 'error' ? 'E' : 'W'}\\)$`, 'm'))
})

const moved = (document, path) => { document.paths[path] = document.paths['/orders']; delete document.paths['/orders'] }
const breaks = [
  ['R1 names the verb "get"', (d) => moved(d, '/getOrders')],
  ['R1 "Order_Lines" must be lower case', (d) => moved(d, '/Order_Lines')],
  ['R1 has more than two ids', (d) => moved(d, '/a/{a}/b/{b}/c/{c}')],
  ['R1 must not end with a slash', (d) => moved(d, '/orders/')],
  ['R2 "Wrong-Name" is not', (d) => { d.components.schemas.Order.allOf[1].properties.total.properties['Wrong-Name'] = { type: 'integer' } }],
  ['R2 query parameter "Page Size"', (d) => d.paths['/orders'].get.parameters.push({ name: 'Page Size', in: 'query', schema: { type: 'integer' } })],
  ['R3 has no operationId', (d) => { delete d.paths['/orders'].get.operationId }],
  ['R3 shares the operationId', (d) => { d.paths['/orders'].get.operationId = 'createOrder' }],
  ['R3 needs a summary', (d) => { d.paths['/orders'].get.summary = 'x'.repeat(81) }],
  ['R3 parameter "q" has no schema', (d) => d.paths['/orders'].get.parameters.push({ name: 'q', in: 'query' })],
  ['R4 answers no 4xx', (d) => { delete d.paths['/orders'].get.responses['4XX'] }],
  ['R4 answers default without application/problem+json', (d) => { d.paths['/orders'].get.responses.default = { description: 'x' } }],
  ['R5 takes no "limit"', (d) => d.paths['/orders'].get.parameters.shift(), 'is a collection and takes no "limit"'],
  ['R5 answers a bare array', (d) => { d.components.schemas.OrderPage = { type: 'array', maxItems: 1, items: { type: 'integer' } } }],
${%- if variables.versioning == "path" %}
  ['R6 https://api.example.com does not end', (d) => { d.servers[0].url = 'https://api.example.com' }],
${%- else %}
  ['R6 does not declare the header Api-Version', (d) => { delete d.paths['/orders'].parameters }],
${%- endif %}
  ['R7 takes no Idempotency-Key', (d) => { d.paths['/orders'].post.parameters = [] }],
  ['R8 is deprecated without x-sunset', (d) => { d.paths['/orders'].get.deprecated = true }],
  ['R8 is beyond its x-sunset', (d) => Object.assign(d.paths['/orders'].get, { deprecated: true, 'x-sunset': '2027-01-01' })],
  ['R9 states no security', (d) => { delete d.security }],
  ['R10 string without a limit', (d) => { delete d.components.schemas.NewOrder.properties.lines.items.properties.sku.maxLength }],
]
for (const [title, change, words] of breaks) {
  test(`found: ${title}`, () => assert.ok(told(after(change)).includes(words ?? title), told(after(change))))
}

test('an exception needs a reason, holds for its operation alone, and is listed', () => {
  const { findings, allowed } = after((d) => { d.paths['/orders'].post.parameters = []; d.paths['/orders'].post['x-lint-allow'] = { R7: 'legacy clients until March' } })
  assert.deepEqual(findings, [])
  assert.deepEqual(allowed, [{ id: 'R7', at: '#/paths/~1orders/post', reason: 'legacy clients until March' }])
})

test('what cannot be read is said to be so', () => {
  assert.match(told(lint('a: [1')), /R0 cannot be read/)
  assert.match(told(lint('swagger: "2.0"')), /R0 must be 3\.0 or 3\.1/)
})
