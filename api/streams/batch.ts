import { inLanes } from './lanes.ts'
import type { Entry } from './message.ts'
import { type Bench, bury, handle } from './settle.ts'

export const batch = 64
const width = 16

const laneOf = ({ id, fields }: Entry): string => (fields['template_id'] === undefined ? id : `${fields['tenant_id'] ?? ''} ${fields['template_id']}`)

/** What is for one template in its order. */
export async function work(bench: Bench, entries: readonly Entry[], again: boolean): Promise<void> {
  const { inHand, stopping } = bench
  for (const { id } of entries) inHand.add(id)
  await inLanes(entries, laneOf, width, async (entry) => {
    if (!stopping.aborted) await handle(bench, entry, again)
    inHand.delete(entry.id)
  })
}

/** What its consumer has left: taken over, or buried where that has happened too often. */
export async function sweep(bench: Bench): Promise<void> {
  const { group, settings, inHand } = bench
  const left = (await group.overdue(settings.claimMs, batch)).filter(({ id }) => !inHand.has(id))
  const claimed: Entry[] = []
  for (const { id, deliveries } of left) {
    if (deliveries >= settings.deliveries || (await group.read(id)) === undefined) {
      await bury(bench, id, deliveries)
      continue
    }
    const entry = await group.claim(id, settings.claimMs)
    if (entry) claimed.push(entry)
  }
  await work(bench, claimed, true)
  await group.tidy()
}
