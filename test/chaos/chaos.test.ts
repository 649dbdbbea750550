import { expect, test } from '@jest/globals'
import { runChaos } from './chaos.ts'
import { claimsOf } from './claims.ts'
import { reportOf } from './report.ts'

test('with every part killed and a fifth of the vendors\' answers lost or wrong, everything exists once, and three workers keep one location\'s limit', async () => {
  const said: string[] = []
  const figures = await runChaos({
    deployments: 12, seed: 20_260_101, rate: 0.2, kills: 1, pauses: 0, leastRunning: 2, atOnce: 12, gapMs: [200, 1_000], sharing: 'all',
    say: (line) => { said.push(line) },
  })
  const claims = claimsOf(figures)
  // The report says what broke.
  const broken = claims.filter(({ holds }) => !holds)
  expect(broken.length === 0 ? '' : `${said.join('\n')}\n${reportOf(figures, claims)}`).toBe('')
}, 300_000)
