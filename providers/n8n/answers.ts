import { z } from 'zod'
import type { JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'

const object = z.custom<JsonObject>(isObject)
export const tagAnswer = z.object({ id: z.string().min(1), name: z.string() })

/** Keys of which only newer versions know are optional. */
export const workflowAnswer = z.object({
  id: z.string().min(1),
  name: z.string(),
  active: z.boolean(),
  isArchived: z.boolean().nullish(),
  nodes: z.array(object),
  connections: object,
  settings: object.nullish(),
  /** The draft, which PUT writes. */
  versionId: z.string().nullish(),
  /** What runs. */
  activeVersionId: z.string().nullish(),
  tags: z.array(tagAnswer).nullish(),
})
export type WorkflowAnswer = z.infer<typeof workflowAnswer>

export const credentialAnswer = z.object({ id: z.string().min(1), name: z.string(), type: z.string() })
export type CredentialAnswer = z.infer<typeof credentialAnswer>
