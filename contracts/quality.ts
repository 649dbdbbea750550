import { z } from 'zod'
import { jsonObject, semver } from './artifact.ts'

export const checkNames = ['documentation', 'examples', 'metadata', 'structure', 'dependencies'] as const
export type CheckName = (typeof checkNames)[number]

/** What a check that passes is worth; a hundred in all. A warning and a failure are worth nothing. */
export const weights = { documentation: 30, examples: 20, metadata: 20, structure: 15, dependencies: 15 } as const satisfies Record<CheckName, number>

const status = z.enum(['pass', 'warning', 'fail'])
export type CheckStatus = z.infer<typeof status>

const each = <T extends z.ZodType>(value: T) => z.strictObject({ documentation: value, examples: value, metadata: value, structure: value, dependencies: value })

/** A template's quality, in the words of whoever publishes it. */
export const quality = z.strictObject({
  quality_score: z.int().min(0).max(100),
  checks: each(status),
  points: each(z.strictObject({ points: z.int(), of: z.int() })),
  rules: z.array(z.strictObject({ name: z.string(), status, message: z.string().optional() })).meta({ description: "The tenant's own rules" }),
  recommendations: z.array(z.string()).meta({ description: 'What is missing, and where' }),
  minimum: z.int(),
  passed: z.boolean(),
})
export type Quality = z.infer<typeof quality>

export const qualityAnswer = quality.extend({ template_id: z.string().meta({ description: 'The id of a stored template, or the name of one that was sent' }), version: semver.optional() })

export const qualityRequest = z.union([
  z.strictObject({ templateId: z.string().min(1).max(200).meta({ description: 'The id or the name' }), version: semver.optional() }),
  jsonObject.refine((artifact) => !('templateId' in artifact), 'send either templateId (and version) or an artifact').meta({ description: 'A whole artifact' }),
])

export const validationAnswer = qualityAnswer.partial().extend({
  template_id: z.string(),
  valid: z.boolean().meta({ description: 'It can be imported, and it passes' }),
  errors: z.array(z.strictObject({ pointer: z.string(), message: z.string() })).meta({ description: 'What keeps it from being imported' }),
})
