import { createHash } from 'node:crypto'
import type { JsonObject } from '../../contracts/json.ts'
import { unreachable } from '../../providers/failures.ts'
import { createHttp } from '../../providers/http.ts'
import type { Http } from '../../providers/http.ts'
import type { Connection, Provider } from '../../providers/provider.ts'
import { apply, remove } from '../../providers/reconcile.ts'
import type { Intent } from '../../domain/intent.ts'
import type { Engine, Ledger, Outcome, Wanted } from '../../providers/engine.ts'

export type Loss = 'before it arrives' | 'after it was carried out'

/** The n-th request is lost, whatever it is; the others pass. */
function losing(provider: string, loss: Loss, n: number): Http {
  const http = createHttp({ provider, timeoutMs: 5_000, allowPrivateAddresses: true })
  let sent = 0
  return {
    ...http,
    async json(request) {
      sent += 1
      if (sent !== n) return http.json(request)
      if (loss === 'after it was carried out') await http.json(request)
      throw unreachable(provider, Object.assign(new Error('lost'), { code: 'ECONNRESET' }))
    },
  }
}

export function memoryLedger(): Ledger {
  const intents = new Map<string, Intent>()
  return {
    load: async () => [...intents.values()],
    async intend(intent) {
      const made = { ...intent, id: `${intent.type}/${intent.name}`, url: null, sentHash: null }
      intents.set(made.id, made)
      return made
    },
    async record(id, made) {
      const intent = intents.get(id)
      if (intent) intents.set(id, { ...intent, ...made })
    },
    forget: async (id) => void intents.delete(id),
    handOver: () => Promise.resolve(false),
    setAside: (id) => Promise.resolve(id),
  }
}

export const want = (provider: Provider, type: string, name: string, spec: JsonObject, position = 0): Wanted => {
  const normalized = provider.resources[type]?.normalize?.(spec).spec ?? spec
  return { name, type, position, outline: normalized, spec: () => normalized }
}

const engineOver = (provider: Provider, connection: Connection, http: Http, ledger: Ledger): Engine => ({
  provider,
  ledger,
  account: { client: provider.connect(connection, http), connection, siblings: [] },
  markerOf: (type, name) => `sw-${createHash('sha256').update(type + name).digest('hex').slice(0, 12)}`,
  redact: (value) => value,
  fingerprint: (spec) => JSON.stringify(spec),
  checkpoint: () => undefined,
})

/** Deploys, losing the n-th request once; the second attempt, if there is one, meets no trouble. `lost`: whether there was one. */
export async function deploying(provider: Provider, connection: Connection, ledger: Ledger, wanted: Wanted[], loss: Loss, n: number): Promise<{ outcomes: Outcome[]; lost: boolean }> {
  const attempt = (at: number) => apply(engineOver(provider, connection, losing(provider.name, loss, at), ledger), wanted, new Map())
  try {
    return { outcomes: await attempt(n), lost: false }
  } catch {
    return { outcomes: await attempt(0), lost: true }
  }
}

/** Removes all that the ledger knows, in the same way. */
export async function removing(provider: Provider, connection: Connection, ledger: Ledger, loss: Loss, n: number): Promise<{ outcomes: Outcome[]; lost: boolean }> {
  const attempt = async (at: number) => remove(engineOver(provider, connection, losing(provider.name, loss, at), ledger), await ledger.load(), new Set(), { force: false })
  try {
    return { outcomes: await attempt(n), lost: false }
  } catch {
    return { outcomes: await attempt(0), lost: true }
  }
}
