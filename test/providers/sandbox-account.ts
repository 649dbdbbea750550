import { createHttp } from '../../providers/http.ts'
import type { HttpOptions } from '../../providers/http.ts'
import type { Account, Desired, Live, Provider, ResourceType } from '../../providers/provider.ts'
import type { JsonObject } from '../../contracts/json.ts'
import { diffSpec } from '../../domain/diff.ts'
import { startSandbox } from '../../sandboxes/kernel.ts'
import type { SandboxDefinition, SandboxRow } from '../../sandboxes/kernel.ts'

interface JournalEntry {
  at: number
  method: string
  path: string
  status: number
}

export interface SandboxAccount {
  account: Account<unknown>
  url: string
  rows(type: string): Promise<SandboxRow[]>
  /** Requests so far as `METHOD /path status`; `at` in milliseconds. */
  journal(): Promise<JournalEntry[]>
  /** How many requests of this kind the vendor carried out or refused. */
  count(method: string, path: RegExp): Promise<number>
  order(faults: Record<string, unknown>): Promise<void>
  heal(): Promise<void>
  close(): Promise<void>
}

/** A running sandbox, and an account of `provider` that points at it. */
export async function openSandboxAccount(
  provider: Provider,
  definition: SandboxDefinition,
  given: { config?: Record<string, string>; secrets: Record<string, string>; take?: HttpOptions['take'] },
): Promise<SandboxAccount> {
  const sandbox = await startSandbox(definition)
  const connection = { id: 'c1', provider: provider.name, baseUrl: sandbox.url, config: given.config ?? {}, secrets: given.secrets }
  const http = createHttp({ provider: provider.name, timeoutMs: 2_000, allowPrivateAddresses: true, limit: provider.rateLimit?.(connection), take: given.take })
  const ask = async (path: string, body?: unknown) => {
    const answer = await fetch(`${sandbox.url}${path}`, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path} answered ${String(answer.status)}: ${await answer.text()}`)
    return (await answer.json()) as unknown
  }
  const journal = async () => (await ask('/__journal')) as JournalEntry[]
  return {
    account: { client: provider.connect(connection, http), connection, siblings: [] },
    url: sandbox.url,
    rows: async (type) => ((await ask('/__state')) as { resources: SandboxRow[] }).resources.filter((row) => row.type === type),
    journal,
    count: async (method, path) => (await journal()).filter((entry) => entry.method === method && path.test(entry.path)).length,
    order: async (faults) => void (await ask('/__faults', faults)),
    heal: async () => void (await ask('/__faults', { rate: 0 })),
    close: () => sandbox.close(),
  }
}

export const desiredOf = (spec: JsonObject, name = 'intake', marker = 'sw-0123456789ab'): Desired => ({ name, marker, spec })

/** One attempt as the engine makes it: look first, then create or update what differs. */
export async function attempt(type: ResourceType<unknown>, account: Account<unknown>, desired: Desired): Promise<Live> {
  const live = await type.find(account, desired)
  return live ? type.update(account, live, desired) : type.create(account, desired)
}

/** What a refused or failed request was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => { throw new Error('it was expected to be rejected') },
    (error: unknown) => error,
  )
}

type Verbs = Omit<Required<ResourceType<unknown>>, 'immutable' | 'unreadable'> & Pick<ResourceType<unknown>, 'immutable' | 'unreadable'>

/** A resource type with the engine's defaults in place of what it leaves out. */
export function resourceType(provider: Provider, name: string): Verbs {
  const type = provider.resources[name]
  if (!type) throw new Error(`${provider.name} has no ${name}`)
  return {
    normalize: (spec) => ({ spec, notes: [] }),
    diff: (live, desired) => diffSpec(live.spec, desired.spec),
    remarks: async () => [],
    ...type,
  }
}

/** What is there, or a failure that says so. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it was expected to be there')
  return value
}
