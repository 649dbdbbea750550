/** `npm run chaos`: deploys while vendors fail and parts are killed, prints the figures, and fails when a claim does. */
import { parseArgs } from 'node:util'
import { runChaos, settings } from './chaos.ts'
import { claimsOf } from './claims.ts'
import { reportOf } from './report.ts'

const { values } = parseArgs({
  options: {
    deployments: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rate: { type: 'string', default: '0.2' },
    kills: { type: 'string', default: '3' },
    pauses: { type: 'string', default: '0' },
    running: { type: 'string', default: '20' },
    'at-once': { type: 'string', default: '80' },
  },
})

const started = Date.now()
const say = (line: string): void => { console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`) }
say(`chaos with --seed ${values.seed}; ${Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(' ')}`)
const figures = await runChaos({
  deployments: Number(values.deployments), seed: Number(values.seed), rate: Number(values.rate), kills: Number(values.kills), pauses: Number(values.pauses),
  leastRunning: Number(values.running), atOnce: Number(values['at-once']), gapMs: [2_000, 6_000], sharing: 'half', say,
})
const claims = claimsOf(figures)
console.log(`\n${reportOf(figures, claims)}\n\n${((Date.now() - started) / 1000).toFixed(0)} s in all`)
process.exit(claims.every(({ holds }) => holds) ? 0 : 1)
