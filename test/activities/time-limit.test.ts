import { expect, test } from '@jest/globals'
import { limited } from '../../activities/time-limit.ts'

const tooLong = () => new Error('too long')
/** Time goes by without any work, as on a machine that is busy with something else. */
const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

test('work is answered, and what it throws is thrown', () => {
  expect(limited(() => 'done', tooLong)).toBe('done')
  expect(() => limited(() => { throw new TypeError('mine') }, tooLong)).toThrow('mine')
})

test('work that never ends is ended', () => {
  expect(() => limited(() => { for (;;); }, tooLong, 100)).toThrow('too long')
})

test('work that refers to itself for ever is ended at once', () => {
  let times = 0
  const again = (): number => 1 + again()
  expect(() => limited(() => { times++; return again() }, tooLong)).toThrow('too long')
  expect(times).toBe(1)
})

test('work that did not get the processor begins again, once', () => {
  let times = 0
  const slowAtFirst = () => { if (++times < 2) standStill(1_000); return times }
  expect(limited(slowAtFirst, tooLong, 100)).toBe(2)
  times = 0
  expect(() => limited(() => { times++; standStill(1_000) }, tooLong, 100)).toThrow('too long')
  expect(times).toBe(2)
})

test('work within work has a time of its own', () => {
  expect(limited(() => [limited(() => 'inner', tooLong), 'outer'], tooLong)).toEqual(['inner', 'outer'])
})
