import { z } from 'zod'
import { importRequest } from '../contracts/api.ts'
import type { ImportRequest } from '../contracts/api.ts'
import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { ImportInput, ImportResult } from '../contracts/workflow.ts'
import { putBlob, readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { hasPending } from '../db/repository.ts'
import { checkArtifact } from '../domain/check-artifact.ts'
import type { RulesOf } from '../domain/check-artifact.ts'
import { toJson } from '../domain/json.ts'
import { withNormalFiles } from '../domain/project-files.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import type { ActivityContext } from './context.ts'
import { fetchGit, fetchGitDirectory, isGitRef } from './fetch-git.ts'
import { invalid, readArtifact, readSource } from './read-template.ts'
import type { Named, Source } from './read-template.ts'
import { judge } from './score-quality.ts'
import { storeVersion } from './store-version.ts'
import { limited } from './time-limit.ts'

/** Offline rules of the registered providers. */
export const rulesOf = (registry: ProviderRegistry): RulesOf => (provider, type) => {
  if (!registry.has(provider)) return `there is no provider ${provider}: use ${registry.targets().join(', ')}`
  const types = registry.get(provider).resources
  // A type may be called like what every object has.
  return (Object.hasOwn(types, type) ? types[type] : undefined) ?? `${provider} has no type ${type}: use ${Object.keys(types).join(', ')}`
}

async function readRequest(ctx: ActivityContext, input: ImportInput): Promise<ImportRequest> {
  return importRequest.parse(await inTenant(ctx.db, input.tenantId, (tx) => readBlob(tx, ctx.vault, input.tenantId, input.blobRef)))
}

/** What `fetchContent` leaves. */
const fetchedSource: z.ZodType<Source> = z.union([
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

/** A template that may be stored. Throws 400.content_unreadable or 400.artifact_schema_invalid, the latter with each place. */
export function checkedArtifact({ registry }: Pick<ActivityContext, 'registry'>, request: Named, content: Source): TemplateArtifact {
  return limited(() => {
    const read = readArtifact(request, content)
    const problems = checkArtifact(read, rulesOf(registry))
    if (problems.length > 0) throw invalid(problems)
    return withNormalFiles(read)
  }, () => invalid([{ pointer: '', message: 'takes too long to check' }]))
}

/** Checks and stores a template. `{ fetch: true }`: the content must be brought in first. */
export async function storeImport(ctx: ActivityContext, input: ImportInput, fetchedRef?: string): Promise<ImportResult | { fetch: true }> {
  const request = await readRequest(ctx, input)
  if (request.contentRef !== undefined && isGitRef(request.contentRef) && fetchedRef === undefined) return { fetch: true }
  const content = fetchedRef === undefined
    ? await readSource(ctx.libraryDir, request)
    : fetchedSource.parse(await inTenant(ctx.db, input.tenantId, (tx) => readBlob(tx, ctx.vault, input.tenantId, fetchedRef)))
  const artifact = checkedArtifact(ctx, request, content)
  const source = request.contentRef ?? null

  const { result, waiting } = await inTenant(ctx.db, input.tenantId, async (tx) => {
    const judged = await judge(ctx, tx, artifact)
    const stored = await storeVersion(tx, input, { artifact, source, force: request.force, numbered: request.version !== undefined, ...judged })
    return { result: stored, waiting: await hasPending(tx) }
  })
  if (result.created) ctx.log.info({ template_id: result.templateId, correlation_id: input.correlationId, status: 'success' }, 'template imported')
  if (waiting) ctx.wakeRepository(input.tenantId)
  return result
}
