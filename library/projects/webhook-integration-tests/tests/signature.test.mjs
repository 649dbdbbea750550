import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sign, signatureProblem, toleranceSeconds } from '../src/signature.mjs'

const body = Buffer.from('{"id":"evt_1"}')
const seconds = 1_767_225_600
const now = seconds * 1000

test('a signature holds for its body, secret and time', () => assert.equal(signatureProblem('s', body, sign('s', body, seconds), now), undefined))
test('it does not hold for another secret', () => assert.match(signatureProblem('t', body, sign('s', body, seconds), now), /does not fit/))
test('it does not hold for a body that differs in a space', () => assert.match(signatureProblem('s', Buffer.from('{"id": "evt_1"}'), sign('s', body, seconds), now), /does not fit/))
test('its time cannot be changed', () => assert.match(signatureProblem('s', body, sign('s', body, seconds).replace(String(seconds), String(seconds + 1)), now), /does not fit/))
test('it holds to the last second of the tolerance', () => assert.equal(signatureProblem('s', body, sign('s', body, seconds), now + toleranceSeconds * 1000), undefined))
test('a second later it does not', () => assert.match(signatureProblem('s', body, sign('s', body, seconds), now + (toleranceSeconds + 1) * 1000), /older/))

for (const value of [undefined, '', 't=1', 'v1=ab', 't=x,v1=ab', 't=1,v1=abc', 't=1,v1=zz']) {
  test(`${value === undefined ? 'no header' : JSON.stringify(value)} is refused, and nothing is thrown`, () => assert.ok(signatureProblem('s', body, value, now)))
}
