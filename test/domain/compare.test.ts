import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { applyPatch } from 'diff'
import type { Json } from '../../contracts/json.ts'
import { canonical } from '../../domain/canonical.ts'
import { compare, comparedText } from '../../domain/compare.ts'
import { valueAt } from '../../domain/pointer.ts'

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json)

describe('compare', () => {
  test.each<[string, Json, Json, object[]]>([
    ['equal values', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ['keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ['a key that came, one that went and one that changed', { gone: 1, same: 0, text: 'a' }, { came: [2], same: 0, text: 'b' }, [
      { pointer: '/came', action: 'added', to: [2] }, { pointer: '/gone', action: 'removed', from: 1 }, { pointer: '/text', action: 'changed', from: 'a', to: 'b' },
    ]],
    ['a null that became nothing', { a: null }, {}, [{ pointer: '/a', action: 'removed', from: null }]],
    ['another type', { a: [] }, { a: {} }, [{ pointer: '/a', action: 'changed', from: [], to: {} }]],
    ['an item in the middle that came', [1, 2, 4], [1, 2, 3, 4], [{ pointer: '/2', action: 'added', to: 3 }]],
    ['items in the middle that went', ['a', 'b', 'c', 'd'], ['a', 'd'], [{ pointer: '/1', action: 'removed', from: 'b' }, { pointer: '/2', action: 'removed', from: 'c' }]],
    ['an item changed within, and one that came after it', [{ a: 1 }], [{ a: 2 }, 3], [{ pointer: '/0/a', action: 'changed', from: 1, to: 2 }, { pointer: '/1', action: 'added', to: 3 }]],
    ['the same item once more', [1, 1], [1, 1, 1], [{ pointer: '/2', action: 'added', to: 1 }]],
    ['keys with signs of a pointer', { 'a/b~c': 1 }, { 'a/b~c': 2 }, [{ pointer: '/a~1b~0c', action: 'changed', from: 1, to: 2 }]],
    ['whole values', 1, 'one', [{ pointer: '', action: 'changed', from: 1, to: 'one' }]],
  ])('%s', (_what, before, after, changes) => {
    expect(compare(before, after)).toEqual(changes)
  })

  test('there is a change exactly when the values differ', () => {
    fc.assert(fc.property(json, json, (before, after) => {
      expect(compare(before, after).length === 0).toBe(canonical(before) === canonical(after))
      expect(compare(before, before)).toEqual([])
    }))
  })

  test('what is too large to be looked through is one change', () => {
    const deep = (last: number): Json => ({ list: [{ a: 1 }, { b: [2] }, { c: last }], same: 1 })
    expect(compare(deep(3), deep(4))).toEqual([{ pointer: '/list/2/c', action: 'changed', from: 3, to: 4 }])
    expect(compare(deep(3), deep(4), 2)).toEqual([{ pointer: '/list', action: 'changed', from: [{ a: 1 }, { b: [2] }, { c: 3 }], to: [{ a: 1 }, { b: [2] }, { c: 4 }] }])
    expect(compare(deep(3), deep(4), 6).map(({ pointer }) => pointer)).toEqual(['/list/2'])
  })

  test('each change tells what stood there before and stands there now', () => {
    fc.assert(fc.property(json, json, (before, after) => {
      for (const { pointer, action, from, to } of compare(before, after)) {
        if (action !== 'added') expect(valueAt(before, pointer)).toEqual(from)
        if (action !== 'removed') expect(valueAt(after, pointer)).toEqual(to)
      }
    }))
  })
})

describe('comparedText', () => {
  test('what is too large to be read line by line has none', () => {
    expect(comparedText({ name: 'a', content: ['x'.repeat(3_000_000)] }, { name: 'b', content: [] })).toBeUndefined()
  })

  test('shows the lines of a long text that differ', () => {
    const prompt = (last: string) => ({ name: last, content: { prompt: `Greet.\nKeep C:\\new as it is.\n${last}`, voice: 'Adrian' } })
    expect(comparedText(prompt('Hang up.'), prompt('Say goodbye.'))?.split('\n')).toEqual([
      '--- Hang up.', '+++ Say goodbye.', '@@ -1,6 +1,6 @@', ' {',
      ' ' + '  "prompt": "Greet.\\n', ' ' + 'Keep C:\\\\new as it is.\\n', '-Hang up.",', '+Say goodbye.",', ' ' + '  "voice": "Adrian"',
      ' }', '',
    ])
  })

  test('is empty for the same content, and otherwise makes the one out of the other', () => {
    fc.assert(fc.property(json, json, (before, after) => {
      const patch = comparedText({ name: 'a', content: before }, { name: 'b', content: after })
      const [old, next] = [before, after].map((content) => JSON.stringify(content))
      expect(patch === '').toBe(old === next)
    }))
    expect(applyPatch('{\n  "a": 1,\n  "b": "two"\n}\n', comparedText({ name: 'a', content: { a: 1, b: 'two' } }, { name: 'b', content: { a: 1, c: true } }) ?? '')).toBe('{\n  "a": 1,\n  "c": true\n}\n')
  })
})
