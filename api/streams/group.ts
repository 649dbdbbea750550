import type { StreamNames } from '../../contracts/streams.ts'
import type { Redis } from '../redis.ts'
import { type Entry, entryOf } from './message.ts'
import type { StreamBacklog } from './metrics.ts'

/** All API processes take their requests as one group. */
export const groupName = 'slipway'

const dayMs = 24 * 60 * 60 * 1_000

/** What waits for an answer longer than it should. */
export interface Overdue {
  id: string
  deliveries: number
}

/** Undefined until the first consumer has begun. */
export async function readBacklog(redis: Redis, requests: string): Promise<StreamBacklog | undefined> {
  const own = (await redis.xInfoGroups(requests)).find(({ name }) => name === groupName)
  // Redis does not know the lag after entries were deleted by hand.
  return own && { lag: Number(own.lag ?? 0), pending: own.pending }
}

/** The streams as the consumers of one group use them. `me` is this consumer's name. */
export function openGroup(redis: Redis, names: StreamNames, { me, maxLength }: { me: string; maxLength: number }) {
  const { requests } = names
  const entriesOf = (found: readonly ({ id: string; message: Record<string, string> } | null)[] | null): Entry[] =>
    (found ?? []).flatMap((one) => (one === null ? [] : [{ id: one.id, fields: { ...one.message } }]))

  return {
    /** Makes stream and group where they are not there; what was sent before is read too. */
    async ensure(): Promise<void> {
      try {
        await redis.xGroupCreate(requests, groupName, '0', { MKSTREAM: true })
      } catch (error) {
        if (!String(error).includes('BUSYGROUP')) throw error
      }
    },

    /** Waits for requests that nobody has taken, on a connection of its own. */
    async take(waiting: Redis, count: number, waitMs: number): Promise<Entry[]> {
      const found = await waiting.xReadGroup(groupName, me, { key: requests, id: '>' }, { COUNT: count, BLOCK: waitMs })
      return (found ?? []).flatMap(({ messages }) => entriesOf(messages))
    },

    async overdue(afterMs: number, count: number): Promise<Overdue[]> {
      const found = await redis.xPendingRange(requests, groupName, '-', '+', count, { IDLE: afterMs })
      return found.map(({ id, deliveriesCounter }) => ({ id, deliveries: deliveriesCounter }))
    },

    /** Of several consumers one gets it; nothing where another was quicker, or the stream has dropped it. */
    claim: async (id: string, afterMs: number): Promise<Entry | undefined> => entriesOf(await redis.xClaim(requests, groupName, me, afterMs, id))[0],

    /** Says that these are being worked on. */
    holdOn: (ids: string[]) => redis.xClaimJustId(requests, groupName, me, 0, ids),

    async read(id: string): Promise<Entry | undefined> {
      return entriesOf(await redis.xRange(requests, id, id))[0]
    },

    /** Acknowledges and writes in one step, for the first who does: a request has one answer, whoever else worked on it. */
    async settle(id: string, writes: readonly (readonly [keyof StreamNames, object])[]): Promise<boolean> {
      const given = JSON.stringify(writes.map(([, message]) => entryOf(message)))
      return (await redis.eval(settling, { keys: [requests, ...writes.map(([name]) => names[name])], arguments: [groupName, id, String(maxLength), given] })) === 1
    },

    backlog: () => readBacklog(redis, requests),

    /** Drops requests that every group has answered and that are older than a day, and consumers that are long gone. */
    async tidy(): Promise<void> {
      const groups = await redis.xInfoGroups(requests)
      const open = await Promise.all(groups.map(async ({ name, ...group }) => (await redis.xPending(requests, name)).firstId ?? group['last-delivered-id']))
      const oldest = Math.min(Date.now() - dayMs, ...open.map((id) => Number(id.split('-')[0])))
      await redis.xTrim(requests, 'MINID', oldest, { strategyModifier: '~' })
      await redis.eval(forgetting, { keys: [requests], arguments: [groupName, String(dayMs)] })
    },
  }
}

export type Group = ReturnType<typeof openGroup>

const settling = `
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
for index, entry in ipairs(cjson.decode(ARGV[4])) do redis.call('XADD', KEYS[index + 1], 'MAXLEN', '~', ARGV[3], '*', unpack(entry)) end
return 1`

/** In one step: between looking and deleting, a consumer could take something, which would be lost with it. */
const forgetting = `
for _, info in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local of = {}
  for index = 1, #info, 2 do of[info[index]] = info[index + 1] end
  if of.pending == 0 and of.idle > tonumber(ARGV[2]) then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], of.name) end
end
return 1`
