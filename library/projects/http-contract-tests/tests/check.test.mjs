import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChecker } from '../src/check.mjs'
import { readContract } from '../src/contract.mjs'

const contract = readContract(new URL('../openapi.yaml', import.meta.url))
const check = createChecker(contract)
const create = contract.operations.get('create${{ variables.resource | capitalize }}')
const good = { id: '0b7f6c0e-6f43-4c0e-9d0c-0b6b8f8f1f11', createdAt: '2026-01-05T10:00:00Z', reference: 'A-1', quantity: 1 }
const answer = (over = {}, headers = {}, status = 201) => ({ status, headers: new Headers({ 'content-type': 'application/json; charset=utf-8', location: '/x', ...headers }), body: { ...good, ...over } })

test('an answer as documented has no problems', () => assert.deepEqual(check(create, answer()), []))
test('an undocumented status is noticed', () => assert.deepEqual(check(create, answer({}, {}, 200)), ['status 200 is not documented']))
test('a property that nobody promised is noticed', () => assert.match(check(create, answer({ internalCost: 3 })).join(), /internalCost/))
test('a missing property is noticed', () => assert.match(check(create, answer({ id: undefined })).join(), /id/))
test('a value of another format is noticed', () => assert.match(check(create, answer({ createdAt: 'yesterday' })).join(), /createdAt.*date-time/))
test('another content type is noticed', () => assert.match(check(create, answer({}, { 'content-type': 'text/html' })).join(), /text\/html is not documented/))

test('a missing header is noticed', () => {
  const { headers, ...rest } = answer()
  headers.delete('location')
  assert.deepEqual(check(create, { ...rest, headers }), ['header Location is missing'])
})
