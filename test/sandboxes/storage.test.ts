import { expect, test } from '@jest/globals'
import { openStorage } from '../../sandboxes/storage.ts'

test('the journal keeps the last 200,000 requests', () => {
  const { journal, close } = openStorage(undefined)
  for (let at = 1; at <= 202_000; at += 1) journal.add({ at, method: 'GET', path: '/', status: 200 })
  const kept = journal.entries()
  expect([kept.length, kept[0]?.at, kept.at(-1)?.at]).toEqual([200_000, 2_001, 202_000])
  close()
}, 30_000)

test('a request that ends after the sandbox was closed is not written down', () => {
  const { journal, close } = openStorage(undefined)
  close()
  expect(() => journal.add({ at: 1, method: 'GET', path: '/', status: 200 })).not.toThrow()
})

test('a replaced row keeps its place and its age', () => {
  const { store, close } = openStorage(undefined)
  store.put('thing', 'b', { size: 1 })
  store.put('thing', 'a', { size: 1 })
  const [before] = store.list('thing')
  store.put('thing', 'b', { size: 2 })
  expect(store.list('thing')).toEqual([{ ...before, body: { size: 2 } }, expect.objectContaining({ id: 'a' })])
  expect([store.get('thing', 'none'), store.delete('thing', 'none'), store.delete('thing', 'a')]).toEqual([undefined, false, true])
  close()
})
