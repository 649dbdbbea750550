import { z } from 'zod'
import { at, commitSha, list, uuid } from './api.ts'
import { givenContent, json, jsonObject } from './artifact.ts'

/** What the remote and the record of templates disagree about. */
export const conflictReasons = ['both_changed', 'deleted_there', 'deleted_here', 'invalid', 'misplaced'] as const

export const gitConflict = z.strictObject({
  id: uuid, templateId: uuid.nullable(), path: z.string(),
  reason: z.enum(conflictReasons).meta({ description: 'both_changed: the same place, differently; deleted_there or deleted_here: and changed on the other side; invalid: the file is no template; misplaced: no template of this folder' }),
  problems: z.array(z.strictObject({ pointer: z.string(), message: z.string() })),
  base: json.meta({ description: 'What both sides began with; null where there was nothing' }),
  ours: jsonObject.nullable().meta({ description: 'What the template says now; null where there is none' }),
  theirs: z.string().nullable().meta({ description: "The remote's file; of a project template, what its directory says as JSON. Empty where that cannot be read, null where it was deleted" }),
  remoteSha: commitSha, author: z.string(), status: z.enum(['open', 'resolved', 'settled']).meta({ description: 'settled: a later change in the remote made it disappear' }),
  resolution: z.enum(['ours', 'theirs', 'content']).nullable(), resolvedBy: z.string().nullable(), createdAt: at, resolvedAt: at.nullable(),
})
export type GitConflict = z.infer<typeof gitConflict>

export const gitConflicts = list(gitConflict)

export const resolveConflictRequest = z.strictObject({
  take: z.enum(['ours', 'theirs', 'content']),
  content: givenContent.optional().meta({ description: 'With `take: content`: the template as it shall be, as JSON or as JSON or YAML text' }),
}).refine(({ take, content }) => (take === 'content') === (content !== undefined), { message: 'goes with take: content, and with nothing else', path: ['content'] })
