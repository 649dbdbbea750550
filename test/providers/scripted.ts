import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../contracts/json.ts'
import { ManualStep, ProviderError } from '../../providers/provider.ts'
import type { Desired, Live, Provider, ResourceType } from '../../providers/provider.ts'
import { asideName } from '../../domain/intent.ts'
import type { Intent } from '../../domain/intent.ts'
import type { Engine, Ledger, Outcome, Wanted } from '../../providers/engine.ts'

export interface Row { id: string; type: string; marker?: string; spec: JsonObject }

/** The worker dies: whatever comes after the call is not done. */
export class Crash extends Error {}

/** A vendor and a ledger in memory. Each call to either is one step, and any step can be the last. */
export function createWorld() {
  const rows: Row[] = []
  const intents: Intent[] = []
  const calls: string[] = []
  const outcomes: Outcome[] = []
  const script = { crash: undefined as { at: number; committed: boolean } | undefined, steps: 0, account: 'A', host: 'vendor.test', hidden: new Set<string>(), heirs: new Set<string>(), fail: undefined as ((call: string) => Error | undefined) | undefined }

  async function step<T>(call: string, work: () => T): Promise<T> {
    await Promise.resolve()
    script.steps += 1
    const dies = script.crash?.at === script.steps
    if (dies && !script.crash?.committed) throw new Crash(call)
    const failure = script.fail?.(call)
    if (failure) throw failure
    calls.push(call)
    const result = work()
    if (dies) throw new Crash(call)
    return result
  }

  const toLive = (row: Row, marked: boolean): Live => {
    const { secret: _, ...shown } = row.spec
    return { externalId: row.id, spec: shown, marked }
  }
  const verbs = (type: string, same: (row: Row, desired: Desired) => boolean, marks: boolean): ResourceType<unknown> => {
    const listed = (desired: Desired) => rows.find((row) => row.type === type && !script.hidden.has(row.id) && same(row, desired))
    return {
      title: type,
      validate: () => [],
      normalize: ({ dropped, ...spec }) => ({ spec, notes: dropped === undefined ? [] : ['dropped: not sent'] }),
      naturalKey: (desired) => (marks ? desired.marker : String(desired.spec['name'])),
      get: (_account, id) => step(`get ${type}`, () => { const row = rows.find((one) => one.id === id); return row && toLive(row, true) }),
      find: (_account, desired) => step(`find ${type} ${desired.name}`, () => { const row = listed(desired); return row && toLive(row, marks) }),
      create: (_account, desired) => step(`create ${type} ${desired.name}`, () => {
        const taken = marks ? undefined : rows.find((row) => row.type === type && same(row, desired))
        if (taken) {
          taken.spec = desired.spec
          return toLive(taken, false)
        }
        const row: Row = { id: randomUUID(), type, spec: desired.spec, ...(marks ? { marker: desired.marker } : {}) }
        rows.push(row)
        return toLive(row, true)
      }),
      update: (_account, live, desired) => step(`update ${type} ${desired.name}`, () => {
        if (desired.spec['byHand'] === true) throw new ManualStep('Do it by hand', 'https://vendor.test/hand')
        const row = rows.find(({ id }) => id === live.externalId) as Row
        row.spec = desired.spec
        return toLive(row, live.marked)
      }),
      remove: (_account, id, { force }) => step(`remove ${type}`, () => {
        const at = rows.findIndex((row) => row.id === id)
        if (rows[at]?.spec['holdsData'] === true && !force) throw new ManualStep('It holds data', 'https://vendor.test/data')
        if (at >= 0) rows.splice(at, 1)
      }),
      url: (_connection, { externalId }) => `https://${script.host}/${externalId}`,
      immutable: ['kind'],
      unreadable: ['secret'],
      remarks: async (_account, { spec }) => (spec['remark'] === undefined ? [] : [String(spec['remark'])]),
    }
  }
  const provider: Provider = {
    name: 'vendor', title: 'Vendor', connection: { config: undefined as never, secrets: undefined as never }, connect: () => undefined, check: async () => ({ account: 'a' }),
    resources: { thing: verbs('thing', (row, { marker }) => row.marker === marker, true), label: verbs('label', (row, { spec }) => row.spec['name'] === spec['name'], false) },
  }
  const accounts = new Map<string, string>()
  const put = (intent: Intent): Intent => {
    const at = intents.findIndex(({ id }) => id === intent.id)
    if (at < 0) intents.push(intent)
    else intents[at] = intent
    return intent
  }
  const ledger: Ledger = {
    load: async () => structuredClone(intents.map((intent) => (accounts.get(intent.id) === script.account ? intent : { ...intent, place: 'elsewhere' as const }))),
    intend: (intent) => step(`intend ${intent.name}`, () => {
      const id = `${intent.type}/${intent.name}`
      const before = intents.find((one) => one.id === id)
      accounts.set(id, script.account)
      const same = before !== undefined && before.externalId !== null && before.externalId === intent.externalId
      return structuredClone(put({ ...intent, id, url: same ? before.url : null, sentHash: same ? before.sentHash : null }))
    }),
    record: (id, made) => step(`record ${id}`, () => {
      const { place: _, ...intent } = intents.find((one) => one.id === id) as Intent
      accounts.set(id, script.account)
      put({ ...intent, ...made })
    }),
    handOver: (id, externalId) => step(`hand over ${id}`, () => {
      const heir = intents.find((one) => one.id !== id && one.externalId === externalId && one.adopted)
      if (!heir && !script.heirs.has(externalId)) return false
      if (heir) heir.adopted = false
      intents.splice(intents.findIndex((one) => one.id === id), 1)
      return true
    }),
    setAside: (id) => step(`set aside ${id}`, () => {
      const intent = intents.find((one) => one.id === id) as Intent
      const name = asideName(intent.name, accounts.get(id) ?? '')
      const aside = `${intent.type}/${name}`
      accounts.set(aside, accounts.get(id) ?? '')
      const there = intents.findIndex((one) => one.id === aside)
      if (there >= 0) intents.splice(there, 1)
      Object.assign(intent, { name, id: aside })
      return name
    }),
    forget: (id) => step(`forget ${id}`, () => { intents.splice(intents.findIndex((one) => one.id === id), 1) }),
  }
  const engine: Engine = {
    provider, ledger, account: { client: undefined, connection: { id: 'c', provider: 'vendor', baseUrl: 'https://vendor.test', config: {}, secrets: {} }, siblings: [] },
    markerOf: (type, name) => `sw-${type}-${name}`,
    fingerprint: (spec) => JSON.stringify(spec),
    redact: (value) => value,
    checkpoint: () => undefined,
    onOutcome: async (outcome) => { outcomes.push(outcome) },
  }
  return {
    rows, intents, calls, outcomes, script, engine,
    intent: (name: string) => intents.find((one) => one.name === name),
    /** The vendor's own, made by somebody else. */
    stranger(type: string, spec: JsonObject): Row {
      const row = { id: randomUUID(), type, spec }
      rows.push(row)
      return row
    },
  }
}
export type World = ReturnType<typeof createWorld>

export const want = (name: string, type: string, spec: JsonObject, { position = 0, needs }: { position?: number; needs?: string } = {}): Wanted => ({
  name, type, position, outline: spec,
  spec(made) {
    if (needs === undefined) return spec
    const needed = made.get(needs)
    if (!needed) throw new ProviderError(`needs ${needs}`, { provider: 'vendor', retryable: false })
    return { ...spec, ref: needed.externalId }
  },
})
