import { z } from 'zod'
import { json } from './artifact.ts'

export const actions = ['create', 'update', 'replace', 'delete', 'unchanged', 'unknown'] as const

export const change = z.strictObject({
  provider: z.string(),
  type: z.string(),
  name: z.string().meta({ description: 'Logical name in the template' }),
  action: z.enum(actions),
  fields: z.array(z.strictObject({ field: z.string().meta({ description: 'JSON Pointer inside the spec' }), from: json.optional(), to: json.optional() })).optional(),
  adopted: z.boolean().optional().meta({ description: 'It exists already and was not made by us: it is updated, and never deleted by us' }),
  reason: z.string().optional().meta({ description: 'Why the action is unknown' }),
  notes: z.array(z.string()).optional(),
})
export type Change = z.infer<typeof change>
