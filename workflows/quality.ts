import type { ScoreInput, ScoreResult } from '../contracts/workflow.ts'
import { records } from './activity-proxies.ts'

/** Finds out how good a template is. */
export const scoreTemplate = (input: ScoreInput): Promise<ScoreResult> => records.scoreTemplate(input)
