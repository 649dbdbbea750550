import { ApplicationFailure, CancellationScope, condition, isCancellation, workflowInfo } from '@temporalio/workflow'
import type { DeployInput, PipelineInput, Settled, StageName } from '../contracts/workflow.ts'
import { durable, records } from './activity-proxies.ts'
import { reasonOf } from './failures.ts'
import { beginDeployment } from './run-deployment.ts'
import { hearSettled } from './settled.ts'
import { customizeTemplate, importTemplate, initializeResources, planDeployment } from './stages.ts'

/** All five stages as one durable run. It ends with the deployment's record: a parked one fails the pipeline and waits on its own. */
export async function pipeline(input: PipelineInput): Promise<void> {
  let settled: Settled | undefined
  hearSettled((message) => { if (message.recordId === input.recordId) settled = message })

  const stage = async <T>(name: StageName, work: () => Promise<T>, idsOf: (result: T) => Record<string, string>): Promise<T> => {
    await records.markStage(input, name, { status: 'running' })
    try {
      const result = await work()
      await records.markStage(input, name, { status: 'success', ids: idsOf(result) })
      return result
    } catch (error) {
      await records.markStage(input, name, { status: 'failed', error: reasonOf(error) })
      throw error
    }
  }

  try {
    const orders = await records.beginPipeline(input)
    const { importRef } = orders
    const { templateId, version }: { templateId: string; version?: string } = importRef === undefined
      ? await stage('import', () => Promise.resolve({ templateId: orders.templateId ?? '' }), (result) => result)
      : await stage('import', () => importTemplate({ ...input, blobRef: importRef, draft: false }), (result) => ({ templateId: result.templateId, version: result.version }))
    const { instanceId } = await stage('customize', () => customizeTemplate({ ...input, templateId, ...(version === undefined ? {} : { version }), blobRef: orders.customizeRef }), (result) => ({ instanceId: result.instanceId }))
    const plan = await stage('plan', () => planDeployment({ tenantId: input.tenantId, actor: input.actor, correlationId: input.correlationId, templateId, clientId: orders.clientId, targets: orders.targets, instanceId, replace: orders.replace }), (result) => ({ planId: result.planId }))
    await stage('resources', () => initializeResources({ ...input, planId: plan.planId, patienceMs: input.policy.parkedMs }), (result) => ({ resourcePlanId: result.resourcePlanId }))
    await stage('deploy', () => deploy(plan), () => ({ recordId: input.recordId }))
    await records.endPipeline(input, 'success')
  } catch (error) {
    const cancelled = isCancellation(error)
    // The deployment, once begun, goes on by itself.
    const reason = cancelled ? { code: '499.cancelled', message: 'The workflow was cancelled in Temporal' } : reasonOf(error)
    await CancellationScope.nonCancellable(() => durable.endPipeline(input, 'failed', reason))
    if (cancelled) throw error
  }

  async function deploy({ planId, planHash }: { planId: string; planHash: string }): Promise<void> {
    const run: DeployInput = { tenantId: input.tenantId, actor: input.actor, correlationId: input.correlationId, planId, planHash, recordId: input.recordId, operation: 'deploy', destroy: false, policy: input.policy, notify: workflowInfo().workflowId }
    await beginDeployment(run, 'pipeline')
    await records.markStage(input, 'deploy', { status: 'running', ids: { recordId: input.recordId } })
    // Told by the run; asked for now and then, in case it ended without a word.
    while (!(await condition(() => settled !== undefined, '30 seconds'))) {
      const { status, code, message } = await records.recordStatus(run)
      if (status === 'success' || status === 'failed') settled = { recordId: run.recordId, status, ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) }
    }
    // Refused in favour of another plan's: there is no such record.
    if (settled?.code === '409.deployment_in_progress') await records.markStage(input, 'deploy', { status: 'running', ids: {} })
    if (settled?.status === 'failed') throw ApplicationFailure.nonRetryable(settled.message ?? 'the deployment failed', settled.code ?? '500.internal')
  }
}
