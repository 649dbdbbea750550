import { z } from 'zod'
import { at, clientRequest, importRequest, planRequest, uuid } from './api.ts'
import { jsonObject } from './artifact.ts'

/** All five stages as one. */
export const pipelineRequest = z.strictObject({
  template: importRequest.optional(),
  templateId: z.string().min(1).max(200).optional(),
  client: clientRequest.optional(),
  clientId: uuid.optional(),
  variables: jsonObject.default({}),
  targets: planRequest.shape.targets,
  kbRefs: z.array(z.string().min(1).max(64)).max(100).default([]),
  useLlm: z.boolean().default(false),
  replace: z.boolean().default(true).meta({ description: 'A plan that exists for this template, client and targets takes the new variables' }),
})
  .refine((body) => (body.template === undefined) !== (body.templateId === undefined), { message: 'send either template or templateId', path: ['template'] })
  .refine((body) => (body.client === undefined) !== (body.clientId === undefined), { message: 'send either client or clientId', path: ['client'] })
export type PipelineRequest = z.output<typeof pipelineRequest>

export const pipelineStarted = z.strictObject({ pipelineId: uuid })

export const pipelineStage = z.strictObject({ name: z.enum(['import', 'customize', 'plan', 'resources', 'deploy']), status: z.enum(['pending', 'running', 'success', 'failed']), ids: z.record(z.string(), z.string()).optional(), error: z.strictObject({ code: z.string(), message: z.string() }).optional(), startedAt: at.optional(), finishedAt: at.optional() })
export type PipelineStage = z.infer<typeof pipelineStage>
export const pipeline = z.strictObject({
  id: uuid, status: z.enum(['running', 'success', 'failed']), stages: z.array(pipelineStage), error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  correlationId: z.string(), createdBy: z.string(), createdAt: at, finishedAt: at.nullable(),
})
