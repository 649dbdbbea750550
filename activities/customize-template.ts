import { z } from 'zod'
import { customizeRequest } from '../contracts/api.ts'
import type { CustomizeRequest } from '../contracts/api.ts'
import { DomainError } from '../contracts/errors.ts'
import type { ProblemError } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { CustomizeInput, CustomizeResult } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import { putBlob, readBlob } from '../db/blobs.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { derivedId, sha256 } from '../db/ids.ts'
import { findInstance, insertInstance } from '../db/instances.ts'
import type { Instance } from '../db/instances.ts'
import { readKbDocuments } from '../db/kb-contents.ts'
import { getTemplate, getVersion } from '../db/templates.ts'
import type { TemplateVersion } from '../db/templates.ts'
import { canonical } from '../domain/canonical.ts'
import { specProblems } from '../domain/check-artifact.ts'
import { createExpressions, defaultDelimiters } from '../domain/expressions.ts'
import { toJson } from '../domain/json.ts'
import { projectFiles } from '../domain/project-files.ts'
import { isLlmLeaf, renderArtifact, visitLeaves } from '../domain/render.ts'
import type { LlmLeaf } from '../domain/render.ts'
import { checkVariables, secretVariables } from '../domain/variables.ts'
import { writeTexts } from '../providers/llm/write.ts'
import { ProviderError } from '../providers/provider.ts'
import type { ActivityContext } from './context.ts'
import { openAccount } from './accounts.ts'
import { rulesOf } from './import-template.ts'
import { limited } from './time-limit.ts'

interface Customization {
  request: CustomizeRequest
  version: TemplateVersion
  variables: JsonObject
  secrets: JsonObject
  variablesHash: string
  kb: Record<string, string>
  instanceId: string
}

const invalid = (errors: ProblemError[]): DomainError =>
  new DomainError('422.variables_invalid', `The variables do not fit the template: ${errors.slice(0, 3).map(({ pointer, message }) => `${pointer.slice('/variables'.length) || '/'} ${message}`).join('; ')}`, { errors })

/** Everything an instance's id is derived from; equal input, equal id. */
async function read(ctx: ActivityContext, tx: Tx, input: CustomizeInput): Promise<Customization> {
  const request = customizeRequest.parse(await readBlob(tx, ctx.vault, input.tenantId, input.blobRef))
  const template = await getTemplate(tx, input.templateId)
  const version = await getVersion(tx, template, request.version)
  if (projectFiles(version.artifact)) throw new DomainError('422.kind_unsupported', `"${template.name}" is made of files: instantiate it, there is nothing to customize or deploy`)
  const { values, problems } = limited(() => checkVariables(version.artifact.variables, request.variables), () => invalid([{ pointer: '/variables', message: "take too long to check against the template's schema" }]))
  if (problems.length > 0) throw invalid(problems.map(({ pointer, message }) => ({ pointer: `/variables${pointer}`, message })))

  const secretNames = secretVariables(version.artifact.variables)
  const split = (secret: boolean): JsonObject => Object.fromEntries(Object.entries(values).filter(([name]) => secretNames.has(name) === secret))
  const [variables, secrets] = [split(false), split(true)]
  const prints = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, ctx.vault.fingerprint(input.tenantId, canonical(value))]))
  const variablesHash = sha256(canonical({ variables, secrets: prints }))
  const kb = await readKbDocuments(tx, request.kbRefs)
  const kbHash = sha256(canonical(kb))
  return { request, version, variables, secrets, variablesHash, kb, instanceId: derivedId('instance', input.tenantId, version.id, version.contentRef, variablesHash, kbHash, String(request.useLlm)) }
}

/** Leaves that a model writes, by pointer. */
function llmLeaves({ artifact }: TemplateVersion): { pointer: string; order: LlmLeaf['x-llm'] }[] {
  const found: { pointer: string; order: LlmLeaf['x-llm'] }[] = []
  const collect = (root: Json, at: string) => { visitLeaves(root, at, (leaf, pointer) => { if (isLlmLeaf(leaf)) found.push({ pointer, order: leaf['x-llm'] }) }) }
  for (const [name, { spec }] of Object.entries(artifact.resources)) collect(spec, `/resources/${name}/spec`)
  for (const table of ['prompts', 'documents'] as const) artifact.initialization[table].forEach((row, index) => { collect(toJson(row), `/initialization/${table}/${String(index)}`) })
  return found
}

/** The model answered, but no text: the template's author can do something about it, waiting cannot. */
const noText = new Set(['refusal', 'length', 'content_filter', 'invalid_answer'])

/** Asks the model for every leaf it is to write; secrets never go to it. Answers where the texts lie. */
export async function writeLeaves(ctx: ActivityContext, input: CustomizeInput): Promise<string> {
  const { customization, account } = await inTenant(ctx.db, input.tenantId, async (tx) => ({
    customization: await read(ctx, tx, input),
    account: await openAccount(ctx, tx, { provider: 'llm' }),
  }))
  const { version, variables, kb } = customization
  const expressions = createExpressions(version.artifact.delimiters)
  const scope = { variables, kb, resources: {} }
  const texts = await writeTexts(account, llmLeaves(version).map(({ pointer, order }) => ({
    pointer,
    instruction: expressions.isExpression(order.instruction) ? String(expressions.render(order.instruction, scope)) : order.instruction,
    ...(order.maxLength === undefined ? {} : { maxLength: order.maxLength }),
    ...(order.model === undefined ? {} : { model: order.model }),
    variables,
    documents: Object.entries(kb).map(([title, content]) => ({ title, content })),
  }))).catch((error: unknown) => {
    throw error instanceof ProviderError && noText.has(error.details.vendorCode ?? '') ? new DomainError('422.llm_failed', error.message) : error
  })
  return inTenant(ctx.db, input.tenantId, (tx) => putBlob(tx, ctx.vault, input.tenantId, texts))
}

const tooLongToRender = (): DomainError =>
  new DomainError('422.render_failed', 'The template takes too long to render with these variables', { errors: [{ pointer: '/resources', message: 'take too long to render' }] })

const render = (ctx: ActivityContext, customization: Customization, texts: Record<string, string> | undefined): Instance['rendering'] =>
  limited(() => rendered(ctx, customization, texts), tooLongToRender)

function rendered(ctx: ActivityContext, { version, variables, secrets, kb, request }: Customization, texts: Record<string, string> | undefined): Instance['rendering'] {
  const { rendering, problems } = renderArtifact({ artifact: version.artifact, variables, secrets: new Set([...Object.keys(secrets), ...secretVariables(version.artifact.variables)]), kb, texts })
  const rules = rulesOf(ctx.registry)
  const expressions = createExpressions(version.artifact.delimiters ?? defaultDelimiters)
  const refused = problems.length > 0 ? [] : Object.entries(rendering.resources).flatMap(([name, { provider, type, spec }]) => {
    const found = rules(provider, type)
    return typeof found === 'string' ? [] : specProblems(spec, found, expressions).map(({ pointer, message }) => ({ pointer: `/resources/${name}/spec${pointer}`, message }))
  })
  const all = [...problems, ...refused]
  if (all.length > 0) {
    throw new DomainError('422.render_failed', `The template cannot be rendered with these variables: ${all.slice(0, 3).map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}`, { errors: all, extra: request.version === undefined ? {} : { version: request.version } })
  }
  return rendering
}

/** By pointer. */
const writtenTexts = z.record(z.string(), z.string())

const readTexts = async (ctx: ActivityContext, tx: Tx, tenantId: string, ref: string | undefined): Promise<Record<string, string> | undefined> =>
  ref === undefined ? undefined : writtenTexts.parse(await readBlob(tx, ctx.vault, tenantId, ref))

/** Renders and stores an instance. `{ texts: true }`: a model must write some leaves first. */
export async function storeInstance(ctx: ActivityContext, input: CustomizeInput, textsRef?: string): Promise<CustomizeResult | { texts: true }> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const customization = await read(ctx, tx, input)
    const { version, instanceId, request, variables, secrets, variablesHash } = customization
    const result = { instanceId, templateId: version.templateId, version: version.version, variablesHash }
    if (await findInstance(tx, instanceId)) return { ...result, created: false }
    if (request.useLlm && textsRef === undefined && llmLeaves(version).length > 0) return { texts: true as const }
    const texts = await readTexts(ctx, tx, input.tenantId, textsRef)
    const rendering = render(ctx, customization, texts)
    const { created } = await insertInstance(tx, ctx.vault, input.tenantId, {
      id: instanceId, templateId: version.templateId, versionId: version.id, variables, secrets, variablesHash, kbRefs: request.kbRefs, useLlm: request.useLlm, texts: texts ?? {}, rendering, createdBy: input.actor,
    })
    await writeAudit(tx, { ...input, action: 'template.customize', subjectType: 'instance', subjectId: instanceId, data: { templateId: version.templateId, version: version.version, variablesHash }, id: derivedId('audit', input.correlationId, 'template.customize', instanceId) })
    ctx.log.info({ template_id: version.templateId, instance_id: instanceId, correlation_id: input.correlationId, status: 'success' }, 'template customized')
    return { ...result, created }
  })
}

/** What an instance would hold, stored nowhere but in a blob for the one who asked. Secrets show as their expressions. */
export async function previewInstance(ctx: ActivityContext, input: CustomizeInput, textsRef?: string): Promise<{ blobRef: string } | { texts: true }> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const customization = await read(ctx, tx, input)
    if (customization.request.useLlm && textsRef === undefined && llmLeaves(customization.version).length > 0) return { texts: true as const }
    const rendering = render(ctx, customization, await readTexts(ctx, tx, input.tenantId, textsRef))
    const rows = (table: 'prompts' | 'documents') => rendering.initialization[table].map(({ row }) => row)
    const preview = {
      resources: Object.fromEntries(Object.entries(rendering.resources).map(([name, { provider, type, spec }]) => [name, { provider, type, spec }])),
      initialization: { prompts: rows('prompts'), documents: rows('documents') },
    }
    return { blobRef: await putBlob(tx, ctx.vault, input.tenantId, preview) }
  })
}
