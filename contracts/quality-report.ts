import { z } from 'zod'
import { kind, semver } from './artifact.ts'

const id = z.uuid()

/** How good all templates are. */
export const qualityReport = z.strictObject({
  total: z.int(), scored: z.int(), average: z.number().nullable(), passing: z.int(), minimum: z.int(),
  distribution: z.array(z.strictObject({ from: z.int(), to: z.int(), count: z.int() })),
  worst: z.array(z.strictObject({ templateId: id, name: z.string(), kind, version: semver, quality_score: z.int(), recommendations: z.array(z.string()) })),
  trend: z.array(z.strictObject({ templateId: id, name: z.string(), versions: z.array(z.strictObject({ version: semver, quality_score: z.int(), createdAt: z.iso.datetime() })) })),
})
