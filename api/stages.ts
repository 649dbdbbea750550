import { createHash } from 'node:crypto'
import type { ImportRequest, InstantiateRequest } from '../contracts/api.ts'
import type { Json } from '../contracts/json.ts'
import { canonical } from '../domain/canonical.ts'
import { type CustomizeInput, type CustomizeResult, type ImportInput, type ImportResult, type InstantiateInput, type InstantiateResult, type PlanInput, type PlanResult, type ResourcesInput, type ResourcesResult, workflowIds } from '../contracts/workflow.ts'
import { putBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { getTemplate } from '../db/templates.ts'
import type { Template } from '../db/templates.ts'
import { toJson } from '../domain/json.ts'
import { holds } from './auth/rights.ts'
import type { Identity } from './auth/token.ts'
import type { Call } from './call.ts'
import type { ApiContext } from './context.ts'
import { runStage } from './temporal.ts'

type Asker = Pick<Call, 'tenantId' | 'actor' | 'correlationId'>

const originOf = ({ tenantId, actor, correlationId }: Asker) => ({ tenantId, actor, correlationId })
const hashOf = (value: Json): string => createHash('sha256').update(canonical(value)).digest('hex').slice(0, 32)

/** What is large or may hold a secret travels to the workflow as a reference. */
const store = (ctx: ApiContext, { tenantId }: Asker, value: object): Promise<string> =>
  inTenant(ctx.db, tenantId, (tx) => putBlob(tx, ctx.vault, tenantId, toJson(value)))

/** Imports. What someone brings who may not import is a draft. `changes`: see ImportInput. */
export async function importTemplate(ctx: ApiContext, call: Asker & Identity & Pick<Call, 'once'>, request: ImportRequest, changes?: ImportInput['changes']): Promise<ImportResult & { status: 'draft' | 'published' }> {
  const blobRef = await store(ctx, call, request)
  const input: ImportInput = { ...originOf(call), blobRef, draft: !holds(call, 'template:import'), ...(changes ? { changes } : {}) }
  const name = request.name ?? ''
  const workflowId = workflowIds.import(call.tenantId, request.kind, name, input.draft || changes ? hashOf([blobRef, input.draft, changes?.contentRef ?? null]) : blobRef)
  const { result, started } = await runStage<ImportResult>(ctx, { type: 'importTemplate', workflowId: call.once ?? workflowId, once: call.once !== undefined, input, summary: `Import ${request.kind} template "${name || 'as named in its content'}"` })
  await ctx.cache.forget(call.tenantId)
  return { ...result, status: result.status ?? 'published', created: result.created && (started || call.once !== undefined) }
}

export interface CustomizeRequest {
  variables: object
  version?: string | undefined
  kbRefs: string[]
  useLlm: boolean
}

/** The template, and where the request lies for its run. */
const openCustomization = (ctx: ApiContext, { tenantId }: Asker, idOrName: string, request: CustomizeRequest | InstantiateRequest): Promise<{ template: Template; blobRef: string }> =>
  inTenant(ctx.db, tenantId, async (tx) => ({ template: await getTemplate(tx, idOrName), blobRef: await putBlob(tx, ctx.vault, tenantId, toJson(request)) }))

export async function customizeTemplate(ctx: ApiContext, call: Asker, idOrName: string, request: CustomizeRequest): Promise<CustomizeResult> {
  const { template, blobRef } = await openCustomization(ctx, call, idOrName, request)
  const input: CustomizeInput = { ...originOf(call), templateId: template.id, blobRef }
  const workflowId = workflowIds.customize(call.tenantId, template.id, blobRef)
  const { result, started } = await runStage<CustomizeResult>(ctx, { type: 'customizeTemplate', workflowId, input, summary: `Customize "${template.name}"`, attributes: { SlipwayTemplate: template.id } })
  return { ...result, created: result.created && started }
}

/** Answers where the rendering lies; nothing else is stored. */
export async function previewCustomization(ctx: ApiContext, call: Asker, idOrName: string, request: CustomizeRequest): Promise<string> {
  const { template, blobRef } = await openCustomization(ctx, call, idOrName, request)
  const input: CustomizeInput = { ...originOf(call), templateId: template.id, blobRef }
  const workflowId = workflowIds.preview(call.tenantId, template.id, blobRef)
  const { result } = await runStage<{ blobRef: string }>(ctx, { type: 'previewCustomization', workflowId, input, summary: `Preview "${template.name}"`, attributes: { SlipwayTemplate: template.id } })
  return result.blobRef
}

/** Answers where the project's files lie; nothing else is stored. */
export async function instantiateProject(ctx: ApiContext, call: Asker, idOrName: string, request: InstantiateRequest): Promise<InstantiateResult> {
  const { template, blobRef } = await openCustomization(ctx, call, idOrName, request)
  const input: InstantiateInput = { ...originOf(call), templateId: template.id, blobRef }
  const workflowId = workflowIds.instantiate(call.tenantId, template.id, blobRef)
  const { result } = await runStage<InstantiateResult>(ctx, { type: 'instantiateProject', workflowId, input, summary: `Make a project of "${template.name}"`, attributes: { SlipwayTemplate: template.id } })
  return result
}

export interface PlanRequest {
  client: { id: string; name: string }
  targets: string[]
  instanceId?: string | undefined
  variables?: object | undefined
  replace: boolean
}

export async function planDeployment(ctx: ApiContext, call: Asker, template: Template, request: PlanRequest): Promise<PlanResult> {
  const targets = [...request.targets].sort()
  const input: PlanInput = {
    ...originOf(call), templateId: template.id, clientId: request.client.id, targets: request.targets, replace: request.replace,
    ...(request.instanceId === undefined ? {} : { instanceId: request.instanceId }),
    ...(request.variables === undefined ? {} : { blobRef: await store(ctx, call, request.variables) }),
  }
  const workflowId = workflowIds.plan(call.tenantId, template.id, request.client.id, targets, hashOf([input.instanceId ?? null, input.blobRef ?? null, input.replace]))
  const attributes = { SlipwayTemplate: template.id, SlipwayClient: request.client.id, SlipwayProviders: targets }
  const { result, started } = await runStage<PlanResult>(ctx, { type: 'planDeployment', workflowId, input, summary: `Plan "${template.name}" for ${request.client.name} to ${targets.join(', ')}`, attributes })
  return { ...result, created: result.created && started }
}

export async function initializeResources(ctx: ApiContext, call: Asker, template: Template, planId: string): Promise<ResourcesResult> {
  const input: ResourcesInput = { ...originOf(call), planId, patienceMs: ctx.policy.attempts * ctx.policy.maxMs }
  const attributes = { SlipwayTemplate: template.id, SlipwayPlan: planId }
  const { result } = await runStage<ResourcesResult>(ctx, { type: 'initializeResources', workflowId: workflowIds.resources(planId), input, summary: `Write prompts and documents of "${template.name}"`, attributes })
  return result
}
