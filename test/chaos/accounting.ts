import type { PipelineRow, RecordRow, ResourceRow } from './database.ts'
import type { Accepted, Client } from './load.ts'
import type { SandboxRow } from './template.ts'
import { logicalNames, ownerOf } from './template.ts'

/** Everything there is to count: what the API promised, what the database says and what the providers have. */
export interface Evidence {
  clients: readonly Client[]
  accepted: readonly Accepted[]
  records: readonly RecordRow[]
  pipelines: readonly PipelineRow[]
  links: readonly ResourceRow[]
  ledger: readonly ResourceRow[]
  /** Each provider's rows, strangers' left out. */
  providers: Readonly<Record<string, readonly SandboxRow[]>>
}

/** Each entry names one case in words, so that a count above zero can be followed up. */
export interface Account {
  success: string[]
  parked: string[]
  /** Accepted, but without a record; or successful, but without one of its resources. */
  lost: string[]
  /** One client and one logical name, and more than one resource at the provider. */
  duplicates: string[]
  /** At a provider, but in no link and no ledger. */
  orphans: string[]
  /** Neither success nor parked. */
  stuck: string[]
  /** Links or ledger rows whose resource the provider does not have, or has for somebody else; successes that lack a link. */
  mismatched: string[]
}

/** What the account's labels say: shared by all workflows, and nobody's. */
const isLabel = (provider: string, { type }: SandboxRow): boolean => provider === 'n8n' && type === 'tag'

type Fate = { state: 'success' | 'parked' } | { state: 'lost' | 'stuck'; why: string }

function fateOf({ way, id }: Accepted, evidence: Pick<Evidence, 'records' | 'pipelines'>): Fate {
  let recordId: string | undefined = id
  if (way === 'pipeline') {
    const pipeline = evidence.pipelines.find((one) => one.id === id)
    if (!pipeline) return { state: 'lost', why: `pipeline ${id} has no row` }
    recordId = pipeline.stages.find(({ name }) => name === 'deploy')?.ids?.['recordId']
    if (recordId === undefined) {
      const stage = pipeline.stages.find(({ status }) => status !== 'success')
      return { state: 'stuck', why: `pipeline ${id} is ${pipeline.status} at ${stage?.name ?? 'its end'}: ${pipeline.error_code ?? ''} ${pipeline.error_message ?? ''}` }
    }
    if (pipeline.status === 'running') return { state: 'stuck', why: `pipeline ${id} runs still` }
  }
  const record = evidence.records.find((one) => one.id === recordId)
  if (!record) return { state: 'lost', why: `deployment ${recordId} has no record` }
  if (record.status === 'success') return record.unfinished === 0 ? { state: 'success' } : { state: 'stuck', why: `deployment ${recordId} is a success with ${String(record.unfinished)} steps that are none` }
  if (record.status === 'failed' && record.parked > 0) return { state: 'parked' }
  return { state: 'stuck', why: `deployment ${recordId} is ${record.status} (${record.error_code ?? 'no error'}), nothing parked` }
}

export function account(evidence: Evidence): Account {
  const { clients, accepted, links, ledger, providers } = evidence
  const result: Account = { success: [], parked: [], lost: [], duplicates: [], orphans: [], stuck: [], mismatched: [] }
  const companyOfId = new Map(clients.map(({ id, company }) => [id, company]))
  const found = new Map<string, string[]>()
  const known = new Set([...links, ...ledger].map(({ provider, external_id }) => `${provider} ${external_id ?? ''}`))
  // Written before a create: the step that finds it will look for what may have been made.
  const intended = new Set(ledger.flatMap(({ client_id, provider, name, external_id }) => (external_id === null ? [`${companyOfId.get(client_id) ?? ''} ${provider}/${name}`] : [])))
  for (const [provider, rows] of Object.entries(providers)) {
    for (const row of rows) {
      if (isLabel(provider, row)) continue
      const owner = ownerOf(provider, row)
      const called = `${provider} ${row.type} ${row.id} "${row.name}"`
      if (owner) found.set(`${owner.company} ${owner.logical}`, [...(found.get(`${owner.company} ${owner.logical}`) ?? []), row.id])
      // Rows of Supabase are told apart by their owner, which no link repeats.
      const isKnown = provider === 'supabase' || known.has(`${provider} ${row.id}`) || (owner !== undefined && intended.has(`${owner.company} ${owner.logical}`))
      if (!owner || !isKnown) result.orphans.push(called)
    }
  }
  for (const [name, ids] of found) if (ids.length > 1) result.duplicates.push(`${name}: ${ids.join(', ')}`)
  const linked = new Map(links.map(({ client_id, provider, name, external_id }) => [`${companyOfId.get(client_id) ?? ''} ${provider}/${name}`, external_id]))
  for (const one of accepted) {
    const { company } = one.client
    const fate = fateOf(one, evidence)
    const missing = logicalNames.filter((logical) => !found.has(`${company} ${logical}`))
    if ('why' in fate) result[fate.state].push(`${company}: ${fate.why}`)
    else if (fate.state === 'success' && missing.length > 0) result.lost.push(`${company}: has no ${missing.join(', ')}`)
    else result[fate.state].push(company)
    if (fate.state !== 'success') continue
    for (const logical of logicalNames) {
      if (!logical.startsWith('supabase/') && !linked.has(`${company} ${logical}`)) result.mismatched.push(`${company} ${logical} has no link`)
    }
  }
  for (const [of, rows] of Object.entries({ link: links, ledger })) {
    for (const { client_id, provider, name, external_id } of rows) {
      const key = `${companyOfId.get(client_id) ?? ''} ${provider}/${name}`
      if (external_id !== null && !found.get(key)?.includes(external_id)) result.mismatched.push(`${of}: ${key} is ${external_id}, the provider has ${found.get(key)?.join(', ') ?? 'none'}`)
    }
  }
  return result
}

/** The most requests that one location has seen within any window, refused ones too. */
export function busiestWindow(journal: readonly { at: number; path: string; account?: string }[], windowMs: number): { location: string; requests: number } {
  const byLocation = Map.groupBy(journal, ({ path, account: location }) => /^\/locations\/([^/]+)/.exec(path)?.[1] ?? location ?? '')
  let most = { location: '', requests: 0 }
  for (const [location, entries] of byLocation) {
    const times = entries.map(({ at }) => at).sort((a, b) => a - b)
    let from = 0
    for (const [to, at] of times.entries()) {
      while (at - (times[from] ?? at) >= windowMs) from += 1
      if (location !== '' && to - from + 1 > most.requests) most = { location, requests: to - from + 1 }
    }
  }
  return most
}
