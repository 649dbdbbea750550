import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { fit } from '../../domain/fit.ts'

const schema = z.strictObject({ note: z.json().optional(), names: z.array(z.string().min(1).max(5)).max(2) })
const odd = { length: { toString: 1 } }
const places = (value: unknown): unknown => fit(schema, value).error?.issues.map(({ path }) => path)

describe('fit', () => {
  test('gives what a schema makes of a value, and what does not fit', () => {
    expect(fit(schema, { names: ['a'] })).toEqual({ success: true, data: { names: ['a'] } })
    expect(places({ names: ['', 5] })).toEqual([['names', 0], ['names', 1]])
  })

  test('tells where a length is that zod cannot compare', () => {
    expect(places({ names: odd })).toEqual([['names', 'length']])
    expect(places({ note: { length: [1], more: null }, names: ['a', odd] })).toEqual([['names', '1', 'length']])
    expect(places({ names: [{ length: [{ valueOf: 1, toString: 1 }] }] })).toEqual([['names', '0', 'length']])
  })

  test('lets any value be data', () => {
    expect(fit(schema, { names: [], note: odd })).toEqual({ success: true, data: { names: [], note: odd } })
  })

  test('hides no other fault', () => {
    expect(() => fit(z.string().transform(() => { throw new TypeError('ours') }), 'x')).toThrow('ours')
  })
})
