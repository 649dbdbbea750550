import { z } from 'zod'
import { DomainError } from '../contracts/errors.ts'
import type { CustomizeInput, CustomizeResult } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import { putBlob, readBlob } from '../db/blobs.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { derivedId } from '../db/ids.ts'
import { findInstance, insertInstance } from '../db/instances.ts'
import type { Instance } from '../db/instances.ts'
import { specProblems } from '../domain/check-artifact.ts'
import { createExpressions, defaultDelimiters } from '../domain/expressions.ts'
import { renderArtifact } from '../domain/render.ts'
import { secretVariables } from '../domain/variables.ts'
import type { ActivityContext } from './context.ts'
import { rulesOf } from './check-template.ts'
import { limited } from './time-limit.ts'
import { readCustomization } from './customization.ts'
import type { Customization } from './customization.ts'
import { llmLeaves } from './llm-leaves.ts'

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
export const writtenTexts = z.record(z.string(), z.string())

const readTexts = async (ctx: ActivityContext, tx: Tx, tenantId: string, ref: string | undefined): Promise<Record<string, string> | undefined> =>
  ref === undefined ? undefined : writtenTexts.parse(await readBlob(tx, ctx.vault, tenantId, ref))

/** Renders and stores an instance. `{ texts: true }`: a model must write some leaves first. */
export async function storeInstance(ctx: ActivityContext, input: CustomizeInput, textsRef?: string): Promise<CustomizeResult | { texts: true }> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const customization = await readCustomization(ctx, tx, input)
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
    const customization = await readCustomization(ctx, tx, input)
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
