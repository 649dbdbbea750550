import type { Json, JsonObject } from '../../../contracts/json.ts'
import { createHttp } from '../../../providers/http.ts'
import type { Account, Connection, Desired, FieldChange, Live, ResourceType, Sibling } from '../../../providers/provider.ts'
import { retell } from '../../../providers/retell/index.ts'
import { startSandbox } from '../../../sandboxes/kernel.ts'
import type { SandboxRow } from '../../../sandboxes/kernel.ts'
import { retellSandbox } from '../../../sandboxes/retell.ts'

export const marker = 'sw-0123456789ab'
export const llmSpec: JsonObject = { start_speaker: 'agent', general_prompt: 'You answer for Bright Smiles.' }
export const flowSpec: JsonObject = {
  start_speaker: 'agent',
  model_choice: { type: 'cascading', model: 'gpt-4.1' },
  start_node_id: 'hello',
  nodes: [{ id: 'hello', type: 'conversation', instruction: { type: 'prompt', text: 'Greet' }, edges: [] }],
}
export const agentOn = (llmId: string, more: JsonObject = {}): JsonObject => ({ voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: llmId }, ...more })

export const resourceType = (type: string): ResourceType<unknown> => {
  const found = retell.resources[type]
  if (!found) throw new Error(`no type ${type}`)
  return found
}

export const changes = (type: string, live: Live, desired: Desired): FieldChange[] => {
  const { diff } = resourceType(type)
  if (!diff) throw new Error(`${type} has no diff`)
  return diff(live, desired)
}

export const connectionTo = (baseUrl: string, apiKey = 'key_test'): Connection => ({ id: 'c1', provider: 'retell', baseUrl, config: {}, secrets: { apiKey } })

export const accountAt = (baseUrl: string, { apiKey = 'key_test', siblings = [] as Sibling[], timeoutMs = 5_000 } = {}): Account<unknown> => {
  const connection = connectionTo(baseUrl, apiKey)
  return { client: retell.connect(connection, createHttp({ provider: 'retell', timeoutMs, allowPrivateAddresses: true })), connection, siblings }
}

export async function openRetell() {
  const sandbox = await startSandbox(retellSandbox)

  async function raw(method: string, path: string, body?: unknown): Promise<JsonObject> {
    const answer = await fetch(`${sandbox.url}${path}`, {
      method,
      headers: { authorization: 'Bearer key_test', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${String(answer.status)}: ${text}`)
    return (text === '' ? {} : JSON.parse(text)) as JsonObject
  }
  const rows = async (type: string): Promise<SandboxRow[]> => {
    const { resources } = (await raw('GET', '/__state')) as unknown as { resources: SandboxRow[] }
    return resources.filter((row) => row.type === type)
  }

  const desired = (spec: JsonObject, more: Partial<Desired> = {}): Desired => ({ name: 'receptionist', marker, spec, ...more })

  /** One attempt of a step, as the engine makes it: by id if it is recorded, else by marker; then create, or update what differs. */
  async function attempt(type: string, wanted: Desired, known: { id?: string; siblings?: Sibling[] } = {}): Promise<Live> {
    const account = accountAt(sandbox.url, { siblings: known.siblings ?? [] })
    const kind = resourceType(type)
    const live = (known.id === undefined ? undefined : await kind.get(account, known.id)) ?? (await kind.find(account, wanted))
    if (!live) return kind.create(account, wanted)
    return changes(type, live, wanted).length === 0 ? live : kind.update(account, live, wanted)
  }

  return {
    url: sandbox.url,
    close: () => sandbox.close(),
    reset: () => raw('POST', '/__reset'),
    raw,
    rows,
    desired,
    attempt,
    account: (siblings: Sibling[] = []) => accountAt(sandbox.url, { siblings }),
    faults: (order: Json) => raw('POST', '/__faults', order),
    only: async (type: string): Promise<SandboxRow> => {
      const [row, ...others] = await rows(type)
      if (!row || others.length > 0) throw new Error(`expected one ${type}, found ${String(others.length + (row ? 1 : 0))}`)
      return row
    },
    /** How many requests that succeeded at the vendor, answered or not, began with this. */
    async count(method: string, path: string): Promise<number> {
      const journal = (await raw('GET', '/__journal')) as unknown as { method: string; path: string; status: number; committed?: boolean }[]
      return journal.filter((entry) => entry.method === method && entry.path.startsWith(path) && ((entry.status > 0 && entry.status < 400) || entry.committed === true)).length
    },
    sibling: (type: string, live: Live, name = type): Sibling => ({ name, type, externalId: live.externalId }),
  }
}

export type RetellFixture = Awaited<ReturnType<typeof openRetell>>
