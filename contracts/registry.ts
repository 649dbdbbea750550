import { z } from 'zod'
import { at, commitSha, importRequest, list, uuid, versionStatus } from './api.ts'
import { json, semver, templateArtifact } from './artifact.ts'

/** What a new version says: of the content, or of `meta` alone. */
export const templateUpdate = z.strictObject({
  version: importRequest.shape.version,
  meta: importRequest.shape.meta,
  content: importRequest.shape.content,
  contentRef: importRequest.shape.contentRef,
  archive: importRequest.shape.archive,
}).refine((body) => [body.content, body.contentRef, body.archive].filter((one) => one !== undefined).length <= 1, { message: 'send one of content, contentRef and archive', path: ['content'] })
  .refine((body) => Object.values(body).some((value) => value !== undefined), { message: 'name what is to change', path: ['content'] })

export const publishRequest = z.strictObject({ version: semver.optional().meta({ description: 'Default: the newest draft' }) })

export const rollbackRequest = z.strictObject({ version: semver.meta({ description: 'The version whose content becomes the newest again' }) })

export const templateVersion = z.strictObject({
  version: semver, contentRef: z.string(), status: versionStatus, qualityScore: z.int().nullable(), source: z.string().nullable().meta({ description: 'The contentRef it was imported from; null for content that was sent' }),
  createdBy: z.string(), createdAt: at,
})
/** With the commit that brought it into the tenant's git repository. */
export const committedVersion = templateVersion.extend({
  sha: commitSha.nullable().meta({ description: 'null until the commit is made' }),
  author: z.string(), date: at.meta({ description: "The commit's, of whole seconds" }), message: z.string(), paths: z.array(z.string()).meta({ description: 'Files of the repository that the change touches' }),
})
export const templateVersionContent = templateVersion.extend({ templateId: uuid, artifact: templateArtifact })

export const templateChange = z.strictObject({
  pointer: z.string().meta({ description: 'JSON Pointer; of what was removed from a list, where it stood before' }), action: z.enum(['added', 'removed', 'changed']), from: json.optional(), to: json.optional(),
})
export const templateDiff = z.strictObject({
  from: semver, to: semver, changes: z.array(templateChange),
  text: z.string().nullable().meta({ description: 'A unified patch of the indented content, in which each line of a long text is a line; null for what is too large or too different to be read so' }),
})

export const templateVersions = list(committedVersion)
