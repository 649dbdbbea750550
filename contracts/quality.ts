import { z } from 'zod'
import { jsonObject, kind, semver } from './artifact.ts'

export const checkNames = ['documentation', 'examples', 'metadata', 'structure', 'dependencies'] as const
export type CheckName = (typeof checkNames)[number]

/** What a check that passes is worth; a hundred in all. A warning and a failure are worth nothing. */
export const weights = { documentation: 30, examples: 20, metadata: 20, structure: 15, dependencies: 15 } as const satisfies Record<CheckName, number>

const status = z.enum(['pass', 'warning', 'fail'])
export type CheckStatus = z.infer<typeof status>

const each = <T extends z.ZodType>(value: T) => z.strictObject({ documentation: value, examples: value, metadata: value, structure: value, dependencies: value })

/** A tenant's own rule: a JSON Schema that the artifact must fit, or a condition that must hold of it. */
export const qualityRule = z.strictObject({
  name: z.string().min(1).max(100),
  kinds: z.array(kind).min(1).optional().meta({ description: 'Default: all' }),
  severity: z.enum(['warning', 'fail']).default('fail').meta({ description: 'fail: a template that breaks it does not pass, whatever its score' }),
  message: z.string().min(1).max(500).meta({ description: 'What to do about it' }),
  schema: jsonObject.refine((schema) => JSON.stringify(schema).length <= 20_000, 'is longer than 20,000 characters').optional(),
  condition: z.string().min(1).max(1000).regex(/^(?!.*(%\}|\{%|\}\}|\{\{)).*$/s, 'is a condition alone, without tags').optional().meta({ description: "A Liquid condition over `artifact`, such as `artifact.meta.license == 'MIT'`" }),
}).refine((rule) => (rule.schema === undefined) !== (rule.condition === undefined), { message: 'send either schema or condition', path: ['schema'] })
export type QualityRule = z.infer<typeof qualityRule>

export const qualityPolicy = z.strictObject({
  minimum: z.int().min(0).max(100).meta({ description: 'The least score that passes' }),
  gated: z.array(kind).max(6).meta({ description: 'Kinds of which a version that does not pass stays a draft' }),
  rules: z.array(qualityRule).max(50).refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, 'names a rule twice'),
})
export type QualityPolicy = z.infer<typeof qualityPolicy>

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

const id = z.uuid()
export const qualityReport = z.strictObject({
  total: z.int(), scored: z.int(), average: z.number().nullable(), passing: z.int(), minimum: z.int(),
  distribution: z.array(z.strictObject({ from: z.int(), to: z.int(), count: z.int() })),
  worst: z.array(z.strictObject({ templateId: id, name: z.string(), kind, version: semver, quality_score: z.int(), recommendations: z.array(z.string()) })),
  trend: z.array(z.strictObject({ templateId: id, name: z.string(), versions: z.array(z.strictObject({ version: semver, quality_score: z.int(), createdAt: z.iso.datetime() })) })),
})
