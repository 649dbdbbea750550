import { z } from 'zod'
import { uuid } from './api.ts'
import { semver } from './artifact.ts'

/** What is asked over the streams. */
export const streamOperations = ['retrieve', 'create', 'update', 'delete'] as const
export type StreamOperation = (typeof streamOperations)[number]

/** Fields that are not known are left alone: other systems put their own marks on a message. */
export const streamRequest = z.object({
  template_id: z.string().min(1).max(200).nullable().default(null).meta({ description: 'The id, or the name where one kind alone has it; not read when creating' }),
  operation: z.enum(streamOperations),
  tenant_id: uuid,
  user_id: z.string().min(1).max(320).meta({ description: "The user's id or email" }),
  parameters: z.record(z.string(), z.json()).default({}).meta({ description: 'Of create and update: the body of POST and PUT /api/v1/templates' }),
  timestamp: z.iso.datetime({ offset: true }).optional(),
}).refine(({ operation, template_id }) => operation === 'create' || template_id !== null, { message: 'is needed', path: ['template_id'] })
export type StreamRequest = z.output<typeof streamRequest>

export const retrieveParameters = z.strictObject({ version: semver.optional().meta({ description: 'With its content; without, the template as its newest version is' }) })
export const deleteParameters = z.strictObject({ force: z.boolean().default(false) })
