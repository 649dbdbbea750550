import { expect, test } from '@jest/globals'
import { createRedact } from '../../domain/redact.ts'

const redact = createRedact([{ token: 'tok-12', nested: [{ pin: 4711, short: 'ab' }] }, 'tok-123', 'a "quoted"/one', 'postgres://user:pa%20ss@host:5432/db'])

test('each secret is replaced wherever it stands, the longer of two that begin alike first', () => {
  expect(redact('x tok-123 y tok-12 z TOK-12')).toBe('x [redacted] y [redacted] z [redacted]')
})

test('a secret of any length is replaced, also beside a short one that it begins with', () => {
  const key = `line/${'0123456789abcdef'.repeat(6_000)}`
  expect(createRedact([key, 'line/0'])(`got "${key}" and line/0, in ${encodeURIComponent(key)}`)).toBe('got "[redacted]" and [redacted], in [redacted]')
})

test('a secret is known in JSON, in an address, and as the password of a connection string', () => {
  expect(redact(JSON.stringify({ a: 'a "quoted"/one' }))).toBe('{"a":"[redacted]"}')
  expect(redact('GET /?q=a%20%22quoted%22%2Fone')).toBe('GET /?q=[redacted]')
  expect(redact('password "pa ss" of user is wrong')).toBe('password "[redacted]" of user is wrong')
  expect(redact('password pa%20ss')).toBe('password [redacted]')
})

test('a very short secret is replaced only where it is the whole value', () => {
  expect(redact(['ab', 'about'])).toEqual(['[redacted]', 'about'])
  expect(createRedact(['abc', 'four'])('abcd fourth')).toBe('abcd [redacted]th')
})

test('values inside objects and lists are replaced, numbers too; keys and the rest stay', () => {
  expect(redact({ 'tok-12': 4711, list: [4711, 471, true, null, { deep: 'is tok-12' }] })).toEqual({ 'tok-12': '[redacted]', list: ['[redacted]', 471, true, null, { deep: 'is [redacted]' }] })
})

test('without secrets nothing is touched', () => {
  const value = { a: ['', 'text'] }
  expect(createRedact([{}, '', true, null])(value)).toBe(value)
})
