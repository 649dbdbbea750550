import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { cycleIn, deploymentWaves, inOrder } from '../../domain/waves.ts'
import type { Ordered } from '../../domain/waves.ts'

/** Resources that need some of those before them, in any order. */
const acyclic = fc.array(fc.record({ provider: fc.constantFrom('retell', 'n8n', 'ghl'), needs: fc.array(fc.nat(), { maxLength: 3 }), key: fc.nat() }), { maxLength: 12 })
  .map((list) => list
    .map(({ provider, needs, key }, at) => ({ key, resource: { name: `r${String(at)}`, provider, needs: at === 0 ? [] : [...new Set(needs.map((need) => `r${String(need % at)}`))] } satisfies Ordered }))
    .sort((a, b) => a.key - b.key).map(({ resource }) => resource))

describe('waves', () => {
  test('everything is made once, after what it needs', () => {
    fc.assert(fc.property(acyclic, (resources) => {
      const waves = deploymentWaves(resources)
      const done = new Map(Object.keys(waves).map((provider) => [provider, 0]))
      const made = new Set<string>()
      for (let progress = true; progress;) {
        progress = false
        for (const [provider, groups] of Object.entries(waves)) {
          const at = done.get(provider) ?? 0
          const group = groups[at]
          if (!group || !group.after.every((need) => (done.get(need.provider) ?? 0) >= need.groups)) continue
          for (const name of group.names) {
            for (const need of resources.find((one) => one.name === name)?.needs ?? []) expect(made).toContain(need)
            expect(made).not.toContain(name)
            made.add(name)
          }
          done.set(provider, at + 1)
          progress = true
        }
      }
      expect(made.size).toBe(resources.length)
    }), { numRuns: 500 })
  })

  test('one group per provider where none refers to another', () => {
    expect(deploymentWaves([{ name: 'agent', provider: 'retell', needs: ['brain'] }, { name: 'brain', provider: 'retell', needs: [] }, { name: 'flow', provider: 'n8n', needs: [] }])).toEqual({
      n8n: [{ names: ['flow'], after: [] }],
      retell: [{ names: ['brain', 'agent'], after: [] }],
    })
  })

  test('a provider that waits for another has a group before and after', () => {
    const waves = deploymentWaves([
      { name: 'hook', provider: 'n8n', needs: [] }, { name: 'agent', provider: 'retell', needs: ['hook', 'brain'] }, { name: 'brain', provider: 'retell', needs: [] }, { name: 'report', provider: 'n8n', needs: ['agent'] },
    ])
    expect(waves).toEqual({
      n8n: [{ names: ['hook'], after: [] }, { names: ['report'], after: [{ provider: 'retell', groups: 2 }] }],
      retell: [{ names: ['brain'], after: [] }, { names: ['agent'], after: [{ provider: 'n8n', groups: 1 }] }],
    })
  })

  test('what is needed but not among them counts as there', () => {
    expect(deploymentWaves([{ name: 'a', provider: 'ghl', needs: ['elsewhere'] }])).toEqual({ ghl: [{ names: ['a'], after: [] }] })
    expect(inOrder([{ name: 'a', provider: 'ghl', needs: ['elsewhere'] }])).toEqual(['a'])
    expect(cycleIn([{ name: 'a', provider: 'ghl', needs: ['elsewhere'] }])).toBeUndefined()
    expect(deploymentWaves([])).toEqual({})
  })
})

describe('order', () => {
  test('comes after needs, and otherwise stays as it was given', () => {
    fc.assert(fc.property(acyclic, (resources) => {
      const order = inOrder(resources)
      expect([...order].sort()).toEqual(resources.map(({ name }) => name).sort())
      for (const { name, needs } of resources) for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(name))
      expect(cycleIn(resources)).toBeUndefined()
      expect(inOrder(resources.map((one) => ({ ...one, needs: [] })))).toEqual(resources.map(({ name }) => name))
    }))
  })

  test('a cycle is named from its first member round to it', () => {
    const of = (needs: Record<string, string[]>) => cycleIn(Object.entries(needs).map(([name, list]) => ({ name, provider: 'p', needs: list })))
    expect(of({ a: ['a'] })).toEqual(['a', 'a'])
    expect(of({ x: ['a'], a: ['b'], b: ['c'], c: ['a'] })).toEqual(['a', 'b', 'c', 'a'])
    expect(of({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toBeUndefined()
  })

  test('a closed circle always has a cycle whose every step is a need', () => {
    fc.assert(fc.property(acyclic.filter((list) => list.length > 1), (resources) => {
      const circle = resources.map((one, at) => ({ ...one, needs: [...one.needs, resources[(at + 1) % resources.length]?.name ?? ''] }))
      const cycle = cycleIn(circle) ?? []
      expect(cycle.length).toBeGreaterThan(1)
      expect(cycle[0]).toBe(cycle.at(-1))
      for (const [at, name] of cycle.slice(0, -1).entries()) expect(circle.find((one) => one.name === name)?.needs).toContain(cycle[at + 1])
    }))
  })
})
