import { allHandlersFinished, condition, continueAsNew, defineSignal, defineUpdate, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow'
import type { RepositoryInput, SyncOrder, SyncResult } from '../contracts/repository.ts'
import { repositoryMessages } from '../contracts/workflow.ts'
import { repositorySyncs, repositoryWrites } from './activity-proxies.ts'

export const wakeSignal = defineSignal<[SyncOrder?]>(repositoryMessages.wake)
const syncUpdate = defineUpdate<SyncResult, [SyncOrder]>(repositoryMessages.sync)

type Outcome = { result: SyncResult } | { error: unknown }

/** The one writer of a tenant's git repository: commits what is pending, synchronizes when asked, and ends when nothing is left. */
export async function repository(input: RepositoryInput): Promise<void> {
  let woken = true
  const waiting: SyncOrder[] = [...(input.syncs ?? [])]
  const outcomes = new Map<SyncOrder, Outcome>()
  setHandler(wakeSignal, (sync) => {
    woken = true
    if (sync) waiting.push(sync)
  })
  setHandler(syncUpdate, async (order) => {
    waiting.push(order)
    await condition(() => outcomes.has(order))
    const outcome = outcomes.get(order)
    outcomes.delete(order)
    if (outcome && 'result' in outcome) return outcome.result
    throw outcome?.error
  })

  let failure: unknown
  for (;;) {
    while (woken || waiting.length > 0) {
      if (workflowInfo().continueAsNewSuggested && allHandlersFinished()) await continueAsNew<typeof repository>({ tenantId: input.tenantId, syncs: waiting })
      woken = false
      // What cannot be written now, because its remote refuses, is tried again by the schedule; whoever asks for a synchronization hears why.
      failure = await repositoryWrites.writeCommits({ tenantId: input.tenantId }).then(() => undefined, (error: unknown) => error)
      if (isCancellation(failure)) throw failure
      const order = waiting.shift()
      // The refusal is the asker's, and on record; the writer goes on.
      if (order) outcomes.set(order, await repositorySyncs.syncRepository(order).then((result) => ({ result }), (error: unknown) => ({ error })))
    }
    if (allHandlersFinished()) break
    await condition(() => woken || waiting.length > 0 || allHandlersFinished())
  }
  if (failure !== undefined) throw failure
}
