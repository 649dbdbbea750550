import { randomUUID } from 'node:crypto'
import { problemsOf } from './body-problems.ts'
import { fields, isRecord } from './body.ts'
import type { Fields } from './body.ts'
import { GhlRefusal } from './refusal.ts'

export interface Stage {
  id: string
  name: string
  position: number
  stageWinProbability: number
  [detail: string]: unknown
}

export const newStage: Fields = fields({ string: 'name* color', number: 'position* stageWinProbability', boolean: 'showInFunnel showInPieChart' })
export const keptStage: Fields = { ...newStage, ...fields({ string: 'id' }) }

/** The list replaces all stages: one with an id is kept under it, one without is new, one that is not there is gone. */
export function readStages(given: unknown, known: Fields, current: Stage[]): Stage[] {
  const stages = Array.isArray(given) ? given.map((stage) => (isRecord(stage) ? stage : {})) : []
  if (stages.length === 0) throw new GhlRefusal(422, ['stages must contain at least 1 elements'])
  const problems = stages.flatMap((stage, at) => problemsOf(known, stage, `stages.${at}.`))
  if (problems.length > 0) throw new GhlRefusal(422, problems)
  const names = stages.map(({ name }) => String(name).trim().toLowerCase())
  if (new Set(names).size < names.length) throw new GhlRefusal(400, 'Stage names must be unique within a pipeline')
  const stranger = stages.find(({ id }) => id !== undefined && !current.some((stage) => stage.id === id))
  if (stranger) throw new GhlRefusal(400, `Stage ${String(stranger['id'])} not found`)
  // One stage without a probability, and all of them are computed.
  const computed = stages.some(({ stageWinProbability }) => stageWinProbability === undefined)
  return stages.map((stage, at) => ({
    ...stage,
    id: String(stage['id'] ?? randomUUID()),
    name: String(stage['name']),
    position: Number(stage['position']),
    stageWinProbability: computed ? Math.round(((at + 1) * 100) / stages.length) : Number(stage['stageWinProbability']),
  }))
}
