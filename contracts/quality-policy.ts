import { z } from 'zod'
import { jsonObject, kind } from './artifact.ts'

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
