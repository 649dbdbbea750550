import { expect, test } from '@jest/globals'
import { met } from './part.ts'
import type { Row } from './part.ts'
import { withSlots } from './replay/slots.ts'
import { runBench } from './run.ts'
import { compare, interleave, median, percentile } from './statistics.ts'
import { tableOf } from './table.ts'

test('every part but those under load gives positive figures', async () => {
  const rows = await runBench({ only: ['a', 'b', 'c', 'd', 'e', 'f', 'i'], rounds: 1, tiny: true })
  expect(new Set(rows.map(({ name }) => name.slice(0, 3)))).toEqual(new Set(['(a)', '(b)', '(c)', '(d)', '(e)', '(f)', '(i)']))
  for (const { name, ratio, spread } of rows) expect([name, ...[ratio, ...spread].map((value) => Number.isFinite(value) && value > 0)]).toEqual([name, true, true, true])
  // The recorded requests reach the vendors: a bare run that skipped them would look fast.
  expect(rows.find(({ name }) => name.startsWith('(a)'))?.limit).toMatch(/^\d{2,} statements in \d{2,} transactions, \d{2} requests each; /)
}, 180_000)

test('a part that does not exist is refused by name', async () => {
  await expect(runBench({ only: ['f', 'zz'], rounds: 1 })).rejects.toThrow('There is no part zz')
})

test('ratios are taken round by round, so that a slow minute falls on both sides', () => {
  const { ratio, spread, ours, baseline } = compare([{ ours: 10, baseline: 10 }, { ours: 90, baseline: 30 }, { ours: 20, baseline: 10 }])
  expect({ ratio, spread, ours, baseline }).toEqual({ ratio: 2, spread: [1, 3], ours: 20, baseline: 10 })
  expect([median([4, 1, 3, 2]), percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.5), percentile([5, 1], 0.95)]).toEqual([2.5, 5, 5])
})

test('both sides take turns in beginning', async () => {
  const order: string[] = []
  const side = (name: string) => () => { order.push(name); return Promise.resolve(name) }
  await expect(interleave(3, side('ours'), side('baseline'))).resolves.toEqual(Array.from({ length: 3 }, () => ({ ours: 'ours', baseline: 'baseline' })))
  expect(order.join(' ')).toBe('ours baseline baseline ours ours baseline')
})

test('the table marks what meets its aim', () => {
  const row = (name: string, ratio: number, aim?: Row['aim']): Row => ({ name, ratio, ours: '1 /s', baseline: '2 /s', spread: [ratio, ratio], ...(aim ? { aim } : {}) })
  const rows = [row('fast', 0.9, { least: 0.85 }), row('slow', 1.4, { most: 1.3 }), row('free', 5)]
  expect(rows.map(met)).toEqual([true, false, undefined])
  const [, , ...lines] = tableOf(rows).split('\n')
  expect(lines.map((line) => line.slice(0, 7).trim())).toEqual(['✔  fast', '✘  slow', 'free'])
})

test('a recorded id becomes a slot: known, learned from an answer, or made up; shared ones stay', () => {
  const [client, made, shared] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222', '33333333-3333-4333-8333-333333333333']
  const [ops] = withSlots([[
    { kind: 'sql', text: 'insert …', values: [shared, made, [client]], connection: 1 },
    { kind: 'http', vendor: 'n8n', method: 'POST', path: '/workflows', headers: {}, body: `{"name":"of ${client}"}`, learns: [], answer: '{"id":"A1b2C3d4E5","name":"x"}' },
    { kind: 'http', vendor: 'n8n', method: 'GET', path: '/workflows/A1b2C3d4E5', headers: {}, learns: [], answer: '{}' },
  ]], { clientId: client }, new Set([shared]))
  expect(ops).toEqual([
    { kind: 'sql', text: 'insert …', values: [shared, '{{uuid:1}}', ['{{clientId}}']], connection: 1 },
    { kind: 'http', vendor: 'n8n', method: 'POST', path: '/workflows', headers: {}, body: '{"name":"of {{clientId}}"}', learns: [{ pointer: '/id', slot: 'learned:1-0' }] },
    { kind: 'http', vendor: 'n8n', method: 'GET', path: '/workflows/{{learned:1-0}}', headers: {}, learns: [] },
  ])
})
