import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { CancelOrder, DeployProgress, ResolveOrder, RetryOrder, SkipOrder, SupersedeOrder } from '../contracts/orders.ts'
import { orderNames, queryNames } from '../contracts/workflow.ts'

/** As the CLI gives orders: nobody checks them before, and they cannot be refused. */
export const signals = {
  retry: defineSignal<[RetryOrder]>(orderNames.retry),
  skip: defineSignal<[SkipOrder]>(orderNames.skip),
  resolve: defineSignal<[ResolveOrder]>(orderNames.resolve),
  cancel: defineSignal<[CancelOrder]>(orderNames.cancel),
  supersede: defineSignal<[SupersedeOrder]>(orderNames.supersede),
}

/** The same orders, which can be refused with a reason. */
export const updates = {
  retry: defineUpdate<void, [RetryOrder]>(orderNames.retry),
  skip: defineUpdate<void, [SkipOrder]>(orderNames.skip),
  resolve: defineUpdate<void, [ResolveOrder]>(orderNames.resolve),
  cancel: defineUpdate<void, [CancelOrder]>(orderNames.cancel),
  supersede: defineUpdate<string, [SupersedeOrder]>(orderNames.supersede),
}

export const queries = {
  status: defineQuery<DeployProgress['status']>(queryNames.status),
  progress: defineQuery<DeployProgress>(queryNames.progress),
}
