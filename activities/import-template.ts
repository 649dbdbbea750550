import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { importRequest } from '../contracts/api.ts'
import type { ImportRequest } from '../contracts/api.ts'
import { templateArtifact } from '../contracts/artifact.ts'
import type { TemplateArtifact } from '../contracts/artifact.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { ImportInput, ImportResult } from '../contracts/workflow.ts'
import { putBlob, readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { checkArtifact } from '../domain/check-artifact.ts'
import type { RulesOf } from '../domain/check-artifact.ts'
import { isObject, parseContent, wrapExport } from '../domain/content.ts'
import { hostileAt } from '../domain/hostile.ts'
import { toPointer } from '../domain/pointer.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import type { ActivityContext } from './context.ts'
import { fetchGit, isGitRef } from './fetch-git.ts'
import { storeVersion } from './store-version.ts'
import { limited } from './time-limit.ts'

type Fetched = { content: string; source: string }

const invalid = (errors: { pointer: string; message: string }[]): DomainError =>
  new DomainError('400.artifact_schema_invalid', `The artifact is not valid: ${errors.slice(0, 3).map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ')}${errors.length > 3 ? '; …' : ''}`, { errors })

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
  const { contentRef = '' } = await readRequest(ctx, input)
  const content = await fetchGit(contentRef, { allowPrivateAddresses: ctx.providers.allowPrivateAddresses })
  const fetched: Fetched = { content, source: contentRef }
  return inTenant(ctx.db, input.tenantId, (tx) => putBlob(tx, ctx.vault, input.tenantId, fetched as unknown as Json))
}

async function fromLibrary(dir: string, path: string): Promise<string> {
  const clean = normalize(path)
  const outside = clean.startsWith('..') || clean.startsWith('/') || !/\.(ya?ml|json)$/.test(clean)
  const text = outside ? undefined : await readFile(join(dir, clean), 'utf8').catch(() => undefined)
  if (text === undefined) throw new DomainError('400.content_unreadable', `There is no "${path}" in the library, and it is no git+https:// reference`, { errors: [{ pointer: '/contentRef', message: 'cannot be read' }] })
  return text
}

function readArtifact(request: ImportRequest, content: string | JsonObject): TemplateArtifact {
  let parsed: Json
  try {
    parsed = typeof content === 'string' ? parseContent(content) : content
  } catch (error) {
    throw new DomainError('400.content_unreadable', `The content is neither JSON nor YAML: ${error instanceof Error ? error.message.split('\n')[0] ?? '' : ''}`, { errors: [{ pointer: '/content', message: 'cannot be parsed' }] })
  }
  if (!isObject(parsed)) throw new DomainError('400.content_unreadable', 'The content must be an object', { errors: [{ pointer: '/content', message: 'must be an object' }] })
  const hostile = hostileAt(parsed)
  if (hostile) throw invalid([hostile])
  const wrapped = wrapExport(parsed)
  const named = { kind: request.kind, ...(request.name === undefined ? {} : { name: request.name }), ...(request.version === undefined ? {} : { version: request.version }) }
  const result = templateArtifact.safeParse({ ...wrapped, ...named, meta: { ...(isObject(wrapped['meta']) ? wrapped['meta'] : {}), ...request.meta } })
  if (!result.success) throw invalid(result.error.issues.map((issue) => ({ pointer: toPointer([...(issue.path as (string | number)[]), ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]), message: issue.message })))
  return result.data
}

/** Checks and stores a template. `{ fetch: true }`: the content must be brought in first. */
export async function storeImport(ctx: ActivityContext, input: ImportInput, fetchedRef?: string): Promise<ImportResult | { fetch: true }> {
  const request = await readRequest(ctx, input)
  if (request.contentRef !== undefined && isGitRef(request.contentRef) && fetchedRef === undefined) return { fetch: true }
  const fetched = fetchedRef === undefined ? undefined : ((await inTenant(ctx.db, input.tenantId, (tx) => readBlob(tx, ctx.vault, input.tenantId, fetchedRef))) as unknown as Fetched)
  const content = fetched?.content ?? request.content ?? (await fromLibrary(ctx.libraryDir, request.contentRef ?? ''))
  const artifact = limited(() => {
    const read = readArtifact(request, content)
    const problems = checkArtifact(read, rulesOf(ctx.registry))
    if (problems.length > 0) throw invalid(problems)
    return read
  }, () => invalid([{ pointer: '', message: 'takes too long to check' }]))
  const source = request.contentRef ?? null

  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const result = await storeVersion(tx, input, { artifact, source, force: request.force, numbered: request.version !== undefined })
    if (result.created) ctx.log.info({ template_id: result.templateId, correlation_id: input.correlationId, status: 'success' }, 'template imported')
    return result
  })
}
