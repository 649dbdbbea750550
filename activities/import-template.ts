import { Context } from '@temporalio/activity'
import type { ImportInput, ImportResult } from '../contracts/workflow.ts'
import { readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { newId } from '../db/ids.ts'
import { hasPending } from '../db/repository.ts'
import type { ActivityContext } from './context.ts'
import { isGitRef } from './git-ref.ts'
import { readSource } from './read-template.ts'
import { judge } from './score-quality.ts'
import { storeVersion } from './store-version.ts'
import { checkedArtifact } from './check-template.ts'
import { fetchedSource, readRequest } from './fetch-content.ts'

/** Checks and stores a template; the run that asks again hears what it has stored. `{ fetch: true }`: the content must be brought in first. */
export async function storeImport(ctx: ActivityContext, input: ImportInput, fetchedRef?: string): Promise<ImportResult | { fetch: true }> {
  const request = await readRequest(ctx, input)
  if (request.contentRef !== undefined && isGitRef(request.contentRef) && fetchedRef === undefined) return { fetch: true }
  const content = fetchedRef === undefined
    ? await readSource(ctx.libraryDir, request)
    : fetchedSource.parse(await inTenant(ctx.db, input.tenantId, (tx) => readBlob(tx, ctx.vault, input.tenantId, fetchedRef)))
  const artifact = checkedArtifact(ctx, request, content)
  const source = request.contentRef ?? null
  // Outside a run nothing is tried again.
  const runId = Context.current().info.workflowExecution?.runId ?? newId()

  const { result, waiting } = await inTenant(ctx.db, input.tenantId, async (tx) => {
    const judged = await judge(ctx, tx, artifact)
    const stored = await storeVersion(tx, { ...input, runId }, { artifact, source, force: request.force, numbered: request.version !== undefined, ...judged })
    return { result: stored, waiting: await hasPending(tx) }
  })
  if (result.created) ctx.log.info({ template_id: result.templateId, correlation_id: input.correlationId, status: 'success' }, 'template imported')
  if (waiting) ctx.wakeRepository(input.tenantId)
  return result
}
