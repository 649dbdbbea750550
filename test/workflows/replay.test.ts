import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import * as workflows from '../../workflows/index.ts'
import { readHistories, replay } from '../support/histories.ts'
import { shared } from '../support/shared.ts'

const histories = readHistories()
const { bundleFile } = shared()

for (const [name, history] of histories) {
  test(`today's code still does what ${name} did`, async () => {
    await replay(name, history, { codePath: bundleFile })
  })
}

test('every workflow has a recorded history', () => {
  const recorded = new Set([...histories.keys()].map((name) => name.split('.')[0]))
  expect([...recorded].sort()).toEqual(Object.keys(workflows).sort())
})

/** The bundle as if somebody had exchanged two activities. */
const exchanged = (one: string, other: string): string => {
  const names = new RegExp(`\\b(records|durable)\\.(${one}|${other})\\b`, 'g')
  return readFileSync(bundleFile, 'utf8').replace(names, (_match, proxy: string, name: string) => `${proxy}.${name === one ? other : one}`)
}

for (const [name, one, other] of [['planDeployment', 'choosePlanInstance', 'storePlan'], ['deployPlan.success', 'beginRun', 'settleRecord'], ['pipeline.success', 'beginPipeline', 'markStage']] as const) {
  test(`the replay of ${name} fails when ${one} and ${other} change places`, async () => {
    const history = histories.get(name)
    if (!history) throw new Error(`${name} is not recorded`)
    await expect(replay(name, history, { code: exchanged(one, other) })).rejects.toMatchObject({ name: 'DeterminismViolationError' })
  })
}

test('no history holds a secret of the accounts it was recorded with', () => {
  for (const history of histories.values()) {
    const payloads = JSON.stringify(history, (key, value: unknown) => (key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value))
    for (const secret of ['key_sandbox', 'key_trial_ended', 'n8n-sandbox', 'pit-sandbox', 'sk-sandbox', 'a secret variable', 'a-git-secret']) expect(payloads).not.toContain(secret)
  }
})
