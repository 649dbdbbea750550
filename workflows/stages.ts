import { ApplicationFailure, CancellationScope } from '@temporalio/workflow'
import type { CheckConnectionInput } from '../activities/index.ts'
import type { CustomizeInput, CustomizeResult, ImportInput, ImportResult, PlanInput, PlanResult, ResourcesInput, ResourcesResult } from '../contracts/workflow.ts'
import { durable, outside, providerLooks, providerWrites, records } from './activity-proxies.ts'

/** Stores a template or a new version of it. */
export async function importTemplate(input: ImportInput): Promise<ImportResult> {
  const stored = await records.storeImport(input)
  if (!('fetch' in stored)) return stored
  const fetched = await records.storeImport(input, await outside.fetchContent(input))
  if ('fetch' in fetched) throw ApplicationFailure.nonRetryable('the content was not brought in')
  return fetched
}

const textsFor = (input: CustomizeInput): Promise<string> => providerWrites('llm', 'write texts', { maximumAttempts: 6 }).writeLeaves(input)

/** Renders one template version with one set of variables. */
export async function customizeTemplate(input: CustomizeInput): Promise<CustomizeResult> {
  const stored = await records.storeInstance(input)
  if (!('texts' in stored)) return stored
  const written = await records.storeInstance(input, await textsFor(input))
  if ('texts' in written) throw ApplicationFailure.nonRetryable('the texts were not written')
  return written
}

/** The same, stored nowhere: answers where the outcome lies for the asker. */
export async function previewCustomization(input: CustomizeInput): Promise<{ blobRef: string }> {
  const preview = await records.previewInstance(input)
  if (!('texts' in preview)) return preview
  const written = await records.previewInstance(input, await textsFor(input))
  if ('texts' in written) throw ApplicationFailure.nonRetryable('the texts were not written')
  return written
}

/** Makes or finds the plan, then compares it with each provider. */
export async function planDeployment(input: PlanInput): Promise<PlanResult> {
  const chosen = await records.choosePlanInstance(input)
  const instanceId = 'instanceId' in chosen ? chosen.instanceId : (await customizeTemplate({ ...input, blobRef: chosen.blobRef })).instanceId
  const plan = await records.storePlan(input, instanceId)
  await Promise.all(input.targets.map((provider) => providerLooks(provider).previewProvider({ tenantId: input.tenantId, planId: plan.planId, provider })))
  await records.settleChanges({ tenantId: input.tenantId, planId: plan.planId })
  return plan
}

/** Writes the prompts and documents, stage by stage. */
export async function initializeResources(input: ResourcesInput): Promise<ResourcesResult> {
  const { tables, ...result } = await records.planResources(input)
  for (const table of tables) {
    try {
      await providerWrites('supabase', `write ${table}`).writeStage({ ...input, table })
    } catch (error) {
      await CancellationScope.nonCancellable(() => durable.endStage({ ...input, table }, { status: 'failed' }))
      throw error
    }
  }
  return result
}

/** Whether a connection's fields are right, or whether its vendor accepts them. */
export async function checkConnection(input: CheckConnectionInput) {
  return input.ask === 'shape' ? records.checkConnectionShape(input) : outside.checkConnectionAtVendor(input)
}
