import { describe, expect, test } from '@jest/globals'
import type { DeployInput } from '../../contracts/workflow.ts'
import { describeProgress } from '../../domain/describe-progress.ts'
import { isQuiet, isSettled, nextGroup } from '../../domain/progress.ts'
import type { StepProgress, Steps } from '../../domain/progress.ts'

const group = (...after: { provider: string; groups: number }[]) => ({ names: ['it'], after })
const step = (state: StepProgress['state'], rest: Partial<StepProgress> = {}): StepProgress => ({ state, groups: [group()], done: 0, error: undefined, ...rest })

test('a step is settled when this run will do no more about it', () => {
  expect((['success', 'skipped', 'resolved', 'cancelled'] as const).every((state) => isSettled(step(state)))).toBe(true)
  expect((['pending', 'running', 'parked'] as const).some((state) => isSettled(step(state)))).toBe(false)
  expect(isSettled(undefined)).toBe(false)
})

describe('nextGroup', () => {
  const waiting = step('pending', { groups: [group({ provider: 'n8n', groups: 1 })] })

  test.each<[string, Steps, string]>([
    ['is ready when nothing comes before', { retell: step('pending') }, 'ready'],
    ['is none when all are made', { retell: step('success', { done: 1 }) }, 'none'],
    ['is none for a provider that is not in the run', {}, 'none'],
    ['is blocked while another provider has not come so far', { retell: waiting, n8n: step('running', { groups: [group(), group()] }) }, 'blocked'],
    ['is ready once it has, though more is to come there', { retell: waiting, n8n: step('running', { groups: [group(), group()], done: 1 }) }, 'ready'],
    ['is ready when the other was skipped', { retell: waiting, n8n: step('skipped') }, 'ready'],
    ['is ready when the other has no step in this run', { retell: waiting }, 'ready'],
    ['is blocked while the other is parked', { retell: waiting, n8n: step('parked') }, 'blocked'],
  ])('%s', (_, steps, expected) => { expect(nextGroup(steps, 'retell')).toBe(expected) })
})

describe('isQuiet', () => {
  const behind = (provider: string): StepProgress => step('pending', { groups: [group({ provider, groups: 1 })] })

  test.each<[string, Steps, boolean]>([
    ['all is settled', { a: step('success', { done: 1 }), b: step('resolved') }, true],
    ['the rest is parked', { a: step('success'), b: step('parked') }, true],
    ['the rest waits for what is parked', { a: step('parked'), b: behind('a'), c: behind('b') }, true],
    ['one runs', { a: step('parked'), b: step('running') }, false],
    ['one runs that would be blocked', { a: step('parked'), b: { ...behind('a'), state: 'running' } }, false],
    ['one may begin', { a: step('skipped'), b: behind('a') }, false],
    ['one has yet to be tried', { a: step('pending') }, false],
  ])('when %s: %j', (_, steps, expected) => { expect(isQuiet(steps)).toBe(expected) })
})

test('what people see of a run is a table that no error message can break', () => {
  const run = { operation: 'deploy', recordId: 'r1', planId: 'p1', actor: 'ada' } as DeployInput
  const text = describeProgress('Front desk', run, 'running', { n8n: step('parked', { done: 1, groups: [group(), group()], error: { code: '502.provider_error_n8n', message: 'a | b\nc' } }), retell: step('success', { done: 1 }) })
  expect(text.split('\n')).toEqual([
    '**deploy Front desk**: running', '', 'record `r1`, plan `p1`, asked by ada', '', '| provider | state | groups | error |', '| --- | --- | --- | --- |',
    '| n8n | parked | 1/2 | `502.provider_error_n8n` a \\| b c |', '| retell | success | 1/1 |  |',
  ])
})
