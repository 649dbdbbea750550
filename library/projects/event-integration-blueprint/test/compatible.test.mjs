import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { breaks } from '../src/compatible.mjs'
import { problems, readSchemas } from '../src/schemas.mjs'

const object = (properties, more = {}) => ({ type: 'object', properties, ...more })

test('the events of this domain are compatible', () => assert.deepEqual(problems(readSchemas(join(import.meta.dirname, '../schemas'))), []))

for (const [title, before, after] of [
  ['a new field', object({}), object({ a: { type: 'string' } })],
  ['a field that is always there now', object({ a: {} }), object({ a: {} }, { required: ['a'] })],
  ['fewer choices', { enum: ['a', 'b'] }, { enum: ['a'] }],
  ['a whole number where any was promised', { type: 'number' }, { type: 'integer' }],
  ['a narrower bound', { type: 'integer', maximum: 9 }, { type: 'integer', maximum: 5 }],
]) test(`harmless: ${title}`, () => assert.deepEqual(breaks(before, after), []))

for (const [before, after, words] of [
  [object({ a: {} }), object({}), 'data.a: is gone'],
  [object({ a: {} }, { required: ['a'] }), object({ a: {} }), 'data.a: was always there and may be missing now'],
  [{ type: 'integer' }, { type: 'number' }, 'may be number now'],
  [{ type: 'string' }, { type: ['string', 'null'] }, 'may be null now'],
  [{ type: 'string' }, {}, 'may be anything now'],
  [{ enum: ['a'] }, { enum: ['a', 'b'] }, 'may be "b" now'],
  [{ const: 'a' }, { type: 'string' }, 'may be anything now'],
  [{ minimum: 1 }, { minimum: 0 }, 'minimum was 1 and is 0'],
  [{ maxLength: 5 }, {}, 'maxLength was 5 and is gone'],
  [{ format: 'uuid' }, { format: 'uri' }, 'format was uuid'],
  [object({}, { additionalProperties: false }), object({ a: {} }), 'data.a: is new'],
  [{ type: 'array', items: object({ a: { type: 'string' } }) }, { type: 'array', items: object({ a: { type: 'integer' } }) }, 'data[].a: may be integer now'],
]) test(`breaks: ${words}`, () => assert.match(breaks(before, after).join('\n'), new RegExp(words.replace(/[[\].]/g, '\\$&'))))

test('versions are numbered without a gap, and names say what happened', () => {
  const versions = [{ number: 1, schema: {} }, { number: 3, schema: {} }]
  assert.match(problems([{ event: 'order-placed', versions }])[0], /version 2 is missing before 3/)
  assert.match(problems([{ event: 'Order', versions: [] }])[0], /such as order-placed/)
})
