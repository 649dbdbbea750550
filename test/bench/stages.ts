import { randomBytes } from 'node:crypto'
import { arenaOf, post } from './arena.ts'
import type { Part, Row } from './part.ts'
import { countOps } from './replay/recording.ts'
import type { Program } from './replay/recording.ts'
import { compare, interleave, percentile } from './statistics.ts'
import type { Round } from './statistics.ts'
import { targets } from './subjects.ts'

/** How long each of so many takes, one after the other. */
async function timed(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const each: number[] = []
  for (let index = 0; index < count; index++) {
    const began = performance.now()
    await work(index)
    each.push(performance.now() - began)
  }
  return each
}

const told = ({ api, before, after, providers }: Program): string => {
  const { statements, transactions, requests } = countOps([...api, ...before, ...Object.values(providers).flat(), ...after])
  return `${String(statements)} statements in ${String(transactions)} transactions, ${String(requests)} requests`
}

const rowOf = (name: string, rounds: readonly Round[], most: number | undefined, limit: string): Row => {
  const { ratio, spread, ours, baseline } = compare(rounds)
  return { name, ratio, ...(most === undefined ? {} : { aim: { most } }), ours: `${ours.toFixed(1)} ms`, baseline: `${baseline.toFixed(1)} ms`, spread, limit }
}

export const stages: Part = {
  name: 'c', title: 'customize and plan',
  async run(ctx) {
    const arena = await arenaOf(ctx)
    const { agency, eager, recording } = arena
    const token = agency.tenant.token
    const url = `${arena.product.stack().apiUrl}/api/v1/templates/${agency.templateId}`
    const count = ctx.tiny ? 2 : 80
    const company = (): string => `c${randomBytes(6).toString('hex')}`
    const customize = () => timed(count, () => post(`${url}/customize`, { variables: { ...agency.variables, company: company() } }, token))
    const sameStatements = () => timed(count, () => post(`${eager}/customize`, { company: company() }))
    const nothing = () => timed(count, () => post(`${eager}/nothing`, {}))
    const plan = async () => {
      const subjects = await agency.subjects(ctx.tiny ? 1 : 25, { planned: false })
      await arena.emptySandboxes()
      return timed(subjects.length, (index) => post(`${url}/plan`, { clientId: subjects[index]?.clientId, instanceId: subjects[index]?.instanceId, targets }, token))
    }
    const barePlan = async () => {
      const subjects = await agency.subjects(ctx.tiny ? 1 : 25, { planned: false })
      await arena.emptySandboxes()
      return timed(subjects.length, (index) => post(`${eager}/plan`, subjects[index]))
    }
    if (!ctx.tiny) for (const warmUp of [customize, sameStatements, nothing, plan, barePlan]) await warmUp()

    const customized = await interleave(ctx.rounds, customize, async () => ({ same: await sameStatements(), nothing: await nothing() }))
    const planned = await interleave(ctx.rounds, plan, barePlan)
    const at = (p: number, of: 'same' | 'nothing'): Round[] => customized.map((round) => ({ ours: percentile(round.ours, p), baseline: percentile(round.baseline[of], p) }))
    const plannedAt = (p: number): Round[] => planned.map((round) => ({ ours: percentile(round.ours, p), baseline: percentile(round.baseline, p) }))
    return [
      rowOf('(c) customize p95 ÷ eager, same SQL', at(0.95, 'same'), 1.5, told(recording.customize)),
      rowOf('(c) customize p95 ÷ eager, empty activity', at(0.95, 'nothing'), 1.5, ''),
      rowOf('(c) customize p50 ÷ eager, same SQL', at(0.5, 'same'), undefined, ''),
      rowOf('(c) customize p50 ÷ eager, empty activity', at(0.5, 'nothing'), undefined, ''),
      rowOf('(c) plan p50 ÷ eager, same SQL and calls', plannedAt(0.5), undefined, told(recording.plan)),
      rowOf('(c) plan p95 ÷ eager, same SQL and calls', plannedAt(0.95), undefined, ''),
    ]
  },
}
