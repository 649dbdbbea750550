import type { Json, JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import { isNamed } from './named.ts'

export const stagesOf = (stages: Json | undefined): JsonObject[] => (Array.isArray(stages) ? stages.filter((stage) => isObject(stage)) : [])

export const inOrder = (stages: readonly JsonObject[]): JsonObject[] => stages.toSorted((one, other) => Number(one['position']) - Number(other['position']))

/**
 * The stages of a PUT, which replaces them all. A stage keeps its id, and so its opportunities, by its name, or by its place when
 * it was renamed. One missing probability would make the vendor rewrite all of them, so each has one.
 */
export function stagesToPut(desired: readonly JsonObject[], live: readonly JsonObject[]): JsonObject[] {
  const named = desired.map(({ name }) => live.find((stage) => isNamed(stage, String(name))))
  return desired.map((stage, at) => {
    const inPlace = live[at]
    const before = named[at] ?? (named.includes(inPlace) ? undefined : inPlace)
    return {
      stageWinProbability: before?.['stageWinProbability'] ?? Math.round(((at + 1) * 100) / desired.length),
      ...stage,
      ...(before?.['id'] === undefined ? {} : { id: before['id'] }),
    }
  })
}

/** The vendor computes probabilities where no stage has one. */
export const stagesToPost = (desired: readonly JsonObject[]): JsonObject[] =>
  desired.some(({ stageWinProbability }) => stageWinProbability !== undefined) ? stagesToPut(desired, []) : [...desired]
