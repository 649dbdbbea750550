import { importRequest } from '../contracts/api.ts'
import type { ImportRequest } from '../contracts/api.ts'
import type { Json } from '../contracts/json.ts'
import type { ImportInput, ImportResult } from '../contracts/workflow.ts'
import { putBlob, readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { checkArtifact } from '../domain/check-artifact.ts'
import type { RulesOf } from '../domain/check-artifact.ts'
import { withNormalFiles } from '../domain/project-files.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import type { ActivityContext } from './context.ts'
import { fetchGit, fetchGitDirectory, isGitRef } from './fetch-git.ts'
import { invalid, readArtifact, readSource } from './read-template.ts'
import type { Source } from './read-template.ts'
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

/** Brings a git reference's content in: slow and somebody else's, so an activity of its own. Answers where it now lies. */
export async function fetchContent(ctx: ActivityContext, input: ImportInput): Promise<string> {
  const { contentRef = '', kind } = await readRequest(ctx, input)
  const options = { allowPrivateAddresses: ctx.providers.allowPrivateAddresses }
  const content = await (kind === 'project' ? fetchGitDirectory(contentRef, options) : fetchGit(contentRef, options))
  const fetched: Source = typeof content === 'string' ? { content } : { directory: content }
  return inTenant(ctx.db, input.tenantId, (tx) => putBlob(tx, ctx.vault, input.tenantId, fetched as unknown as Json))
}

/** Checks and stores a template. `{ fetch: true }`: the content must be brought in first. */
export async function storeImport(ctx: ActivityContext, input: ImportInput, fetchedRef?: string): Promise<ImportResult | { fetch: true }> {
  const request = await readRequest(ctx, input)
  if (request.contentRef !== undefined && isGitRef(request.contentRef) && fetchedRef === undefined) return { fetch: true }
  const content = fetchedRef === undefined
    ? await readSource(ctx.libraryDir, request)
    : ((await inTenant(ctx.db, input.tenantId, (tx) => readBlob(tx, ctx.vault, input.tenantId, fetchedRef))) as unknown as Source)
  const artifact = limited(() => {
    const read = readArtifact(request, content)
    const problems = checkArtifact(read, rulesOf(ctx.registry))
    if (problems.length > 0) throw invalid(problems)
    return withNormalFiles(read)
  }, () => invalid([{ pointer: '', message: 'takes too long to check' }]))
  const source = request.contentRef ?? null

  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const judged = await judge(ctx, tx, artifact)
    const result = await storeVersion(tx, input, { artifact, source, force: request.force, numbered: request.version !== undefined, ...judged })
    if (result.created) ctx.log.info({ template_id: result.templateId, correlation_id: input.correlationId, status: 'success' }, 'template imported')
    return result
  })
}
