import { z } from 'zod'
import { importRequest } from '../contracts/api.ts'
import type { ImportRequest } from '../contracts/api.ts'
import { DomainError } from '../contracts/errors.ts'
import type { ImportInput } from '../contracts/workflow.ts'
import { putBlob, readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { fit } from '../domain/fit.ts'
import { toJson } from '../domain/json.ts'
import type { ActivityContext } from './context.ts'
import { fetchGit, fetchGitDirectory } from './fetch-git.ts'
import { problemsOf } from './read-template.ts'
import type { Source } from './read-template.ts'

/** What was asked for. Throws 400.request_invalid where it has not that shape: no other try could read it, and somebody waits. */
export async function readRequest(ctx: Pick<ActivityContext, 'db' | 'vault'>, input: Pick<ImportInput, 'tenantId' | 'blobRef'>): Promise<ImportRequest> {
  const parsed = fit(importRequest, await inTenant(ctx.db, input.tenantId, (tx) => readBlob(tx, ctx.vault, input.tenantId, input.blobRef)))
  if (parsed.success) return parsed.data
  const errors = problemsOf(parsed.error.issues)
  throw new DomainError('400.request_invalid', `The import does not have the documented shape: ${errors.slice(0, 3).map(({ pointer, message }) => `${pointer || 'it'} ${message}`).join('; ')}`, { errors })
}

/** What `fetchContent` leaves. */
export const fetchedSource: z.ZodType<Source> = z.union([
  z.object({ content: z.string() }),
  z.object({ directory: z.object({ name: z.string().exactOptional(), files: z.array(z.object({ path: z.string(), content: z.string(), encoding: z.literal('base64').exactOptional(), executable: z.boolean().exactOptional() })) }) }),
])

/** Brings a git reference's content in: slow and somebody else's, so an activity of its own. Answers where it now lies. */
export async function fetchContent(ctx: ActivityContext, input: ImportInput): Promise<string> {
  const { contentRef = '', kind } = await readRequest(ctx, input)
  const options = { allowPrivateAddresses: ctx.providers.allowPrivateAddresses }
  const content = await (kind === 'project' ? fetchGitDirectory(contentRef, options) : fetchGit(contentRef, options))
  const fetched: Source = typeof content === 'string' ? { content } : { directory: content }
  return inTenant(ctx.db, input.tenantId, (tx) => putBlob(tx, ctx.vault, input.tenantId, toJson(fetched)))
}
