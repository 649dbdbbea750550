import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { before, due, following, stops } from '../../domain/dag.ts'
import type { Node, NodeState } from '../../domain/dag.ts'

const node = (id: string, needs: string[] = [], onFailure: Node['onFailure'] = 'stop'): Node => ({ id, needs, onFailure })
const after = (nodes: Node[], states: Record<string, NodeState>) => due(nodes, new Map(nodes.map(({ id }) => [id, states[id] ?? 'pending'])))

describe('what may begin', () => {
  const diamond = [node('a'), node('b', ['a']), node('c', ['a']), node('d', ['b', 'c'])]

  test('is what needs nothing, then what needs only what is over', () => {
    expect(after(diamond, {})).toEqual({ start: ['a'], skip: [] })
    expect(after(diamond, { a: 'running' })).toEqual({ start: [], skip: [] })
    expect(after(diamond, { a: 'success' })).toEqual({ start: ['b', 'c'], skip: [] })
    expect(after(diamond, { a: 'success', b: 'success', c: 'running' })).toEqual({ start: [], skip: [] })
    expect(after(diamond, { a: 'success', b: 'skipped', c: 'success' })).toEqual({ start: ['d'], skip: [] })
  })

  test('is nothing more after a failure, but for a failure that is to be passed over', () => {
    expect(after(diamond, { a: 'success', b: 'failed', c: 'running' })).toEqual({ start: [], skip: ['d'] })
    expect(after([node('a', [], 'continue'), node('b', ['a'])], { a: 'failed' })).toEqual({ start: ['b'], skip: [] })
  })

  test('are, after a failure, the steps that answer to it, in their order', () => {
    const nodes = [node('a', [], ['undo', 'tell']), node('b', ['a']), node('undo'), node('tell', ['undo'])]
    expect(after(nodes, {})).toEqual({ start: ['a'], skip: [] })
    expect(after(nodes, { a: 'success' })).toEqual({ start: ['b'], skip: ['undo', 'tell'] })
    expect(after(nodes, { a: 'failed' })).toEqual({ start: ['undo'], skip: ['b'] })
    expect(after(nodes, { a: 'failed', b: 'skipped', undo: 'success' })).toEqual({ start: ['tell'], skip: [] })
    expect(after(nodes, { a: 'failed', b: 'skipped', undo: 'failed' })).toEqual({ start: [], skip: ['tell'] })
  })

  test('waits, where one step answers to several, until all of them are over', () => {
    const nodes = [node('a', [], ['tell']), node('b', [], ['tell']), node('tell')]
    expect(after(nodes, { a: 'failed', b: 'running' })).toEqual({ start: [], skip: [] })
    expect(after(nodes, { a: 'failed', b: 'success' })).toEqual({ start: ['tell'], skip: [] })
  })
})

test('what came before a step is all that it needs, directly or not, and what it answers to', () => {
  const nodes = [node('a'), node('b', ['a'], ['tell']), node('c', ['b']), node('tell')]
  expect(Object.fromEntries([...before(nodes)].map(([id, earlier]) => [id, [...earlier].sort()]))).toEqual({ a: [], b: ['a'], c: ['a', 'b'], tell: ['a', 'b'] })
  expect([...following(nodes, ['b'])]).toEqual(['b', 'c', 'tell'])
  expect([...following(nodes, [])]).toEqual([])
})

/** A graph in which each step needs some before it. */
const graph = fc.array(fc.record({ needs: fc.array(fc.nat(), { maxLength: 3 }), onFailure: fc.constantFrom('stop' as const, 'continue' as const), handler: fc.option(fc.nat(), { nil: undefined }), fails: fc.boolean() }), { minLength: 1, maxLength: 12 })
  .map((rows) => {
    const nodes = rows.map(({ needs, onFailure }, at): Node => ({ id: `s${String(at)}`, needs: at === 0 ? [] : [...new Set(needs.map((need) => `s${String(need % at)}`))], onFailure }))
    return { nodes, fails: new Set(rows.flatMap(({ fails }, at) => (fails ? [`s${String(at)}`] : []))) }
  })

test('whatever fails, every step comes to an end, none before what it needs, and none after a stop', () => {
  fc.assert(fc.property(graph, ({ nodes, fails }) => {
    const states = new Map<string, NodeState>(nodes.map(({ id }) => [id, 'pending']))
    for (let rounds = 0; rounds <= nodes.length * 2; rounds++) {
      const { start, skip } = due(nodes, states)
      if (start.length + skip.length === 0) break
      const stopped = nodes.some((one) => stops(one, states))
      for (const id of skip) states.set(id, 'skipped')
      for (const id of start) {
        expect(stopped).toBe(false)
        for (const need of nodes.find((one) => one.id === id)?.needs ?? []) expect(['success', 'failed', 'skipped']).toContain(states.get(need))
      }
      for (const id of start) states.set(id, fails.has(id) ? 'failed' : 'success')
    }
    expect([...states.values()]).not.toContain('pending')
  }))
})
