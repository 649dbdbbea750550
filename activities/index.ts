import type { ActivityContext } from './context.ts'
import type { CheckConnectionInput } from './check-connection.ts'
import { checkConnectionAtVendor } from './check-connection.ts'
import { checkConnectionShape } from './check-connection-shape.ts'
import { previewInstance, storeInstance } from './customize-template.ts'
import { writeLeaves } from './write-leaves.ts'
import type { GroupInput } from './deploy-provider.ts'
import { deployGroup, undeployProvider } from './deploy-provider.ts'
import { beginRun } from './begin-run.ts'
import { cancelRun, resolveStep, resumeStep, skipStep } from './deployment-orders.ts'
import { parkStep, recordStatus, settleRecord, supersede } from './deployment-records.ts'
import { amendPlan } from './amend-plan.ts'
import { toFailure } from './to-failure.ts'
import { fetchContent } from './fetch-content.ts'
import { storeImport } from './import-template.ts'
import { renderInstance } from './instantiate-project.ts'
import { endStage, planResources, writeStage } from './initialize-resources.ts'
import { scoreTemplate } from './score-quality.ts'
import { choosePlanInstance } from './plan-instance.ts'
import { previewProvider, settleChanges } from './preview-changes.ts'
import { storePlan } from './plan-deployment.ts'
import { removeTemplate } from './remove-template.ts'
import { dueRepositories } from './repository/due.ts'
import { syncRepository } from './repository/sync.ts'
import { writeCommits } from './repository/write-commits.ts'
import { beginDefinition, endDefinition, recordDecision } from './run-definition.ts'
import { endItems, endStep, performStep, prepareStep, skipSteps } from './definition-steps.ts'
import { beginPipeline, endPipeline, markStage, parkedRecord } from './run-pipeline.ts'

/** An activity with its context; its errors go through `toFailure`. */
const bind = <A extends unknown[], R>(ctx: ActivityContext, run: (ctx: ActivityContext, ...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
  try {
    return await run(ctx, ...args)
  } catch (error) {
    throw toFailure(error)
  }
}

/** Steps that touch nothing but our own database, the library and git. Names are history: renaming one is a migration. */
export const createRecordActivities = (ctx: ActivityContext) => ({
  storeImport: bind(ctx, storeImport),
  fetchContent: bind(ctx, fetchContent),
  scoreTemplate: bind(ctx, scoreTemplate),
  removeTemplate: bind(ctx, removeTemplate),
  storeInstance: bind(ctx, storeInstance),
  previewInstance: bind(ctx, previewInstance),
  renderInstance: bind(ctx, renderInstance),
  choosePlanInstance: bind(ctx, choosePlanInstance),
  storePlan: bind(ctx, storePlan),
  settleChanges: bind(ctx, settleChanges),
  planResources: bind(ctx, planResources),
  endStage: bind(ctx, endStage),
  beginRun: bind(ctx, beginRun),
  parkStep: bind(ctx, parkStep),
  settleRecord: bind(ctx, settleRecord),
  resumeStep: bind(ctx, resumeStep),
  skipStep: bind(ctx, skipStep),
  resolveStep: bind(ctx, resolveStep),
  cancelRun: bind(ctx, cancelRun),
  supersede: bind(ctx, supersede),
  recordStatus: bind(ctx, recordStatus),
  amendPlan: bind(ctx, amendPlan),
  checkConnectionShape: bind(ctx, checkConnectionShape),
  checkConnectionAtVendor: bind(ctx, checkConnectionAtVendor),
  beginPipeline: bind(ctx, beginPipeline),
  markStage: bind(ctx, markStage),
  endPipeline: bind(ctx, endPipeline),
  parkedRecord: bind(ctx, parkedRecord),
  dueRepositories: bind(ctx, dueRepositories),
  beginDefinition: bind(ctx, beginDefinition),
  prepareStep: bind(ctx, prepareStep),
  performStep: bind(ctx, performStep),
  endStep: bind(ctx, endStep),
  endItems: bind(ctx, endItems),
  skipSteps: bind(ctx, skipSteps),
  recordDecision: bind(ctx, recordDecision),
  endDefinition: bind(ctx, endDefinition),
})

/** Steps that call a provider; each provider's queue is served by a worker of its own. */
export const createProviderActivities = (ctx: ActivityContext) => ({
  deployGroup: bind(ctx, deployGroup),
  undeployProvider: bind(ctx, undeployProvider),
  previewProvider: bind(ctx, previewProvider),
  writeStage: bind(ctx, writeStage),
  writeLeaves: bind(ctx, writeLeaves),
  writeCommits: bind(ctx, writeCommits),
  syncRepository: bind(ctx, syncRepository),
})

export type RecordActivities = ReturnType<typeof createRecordActivities>
export type ProviderActivities = ReturnType<typeof createProviderActivities>
export type { CheckConnectionInput, GroupInput }
