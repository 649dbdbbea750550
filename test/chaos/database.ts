import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export interface RecordRow { id: string; client_id: string; operation: 'deploy' | 'undeploy'; status: string; error_code: string | null; error_message: string | null; parked: number; unfinished: number; ms: number | null }
export interface PipelineRow { id: string; status: string; stages: { name: string; status: string; ids?: Record<string, string> }[]; error_code: string | null; error_message: string | null }
export interface ResourceRow { client_id: string; provider: string; type: string; name: string; external_id: string | null }

/** The product's tables, read past it and past its outages. */
export interface Records {
  /** Deployments that are queued or run now. */
  running(): Promise<number>
  statusOf(table: 'pipelines' | 'deployment_records', id: string): Promise<string | undefined>
  open(): Promise<{ records: number; pipelines: number }>
  records(): Promise<RecordRow[]>
  pipelines(): Promise<PipelineRow[]>
  links(): Promise<ResourceRow[]>
  ledger(): Promise<ResourceRow[]>
  plans(): Promise<{ id: string; client_id: string }[]>
  close(): Promise<void>
}

export function readRecords(url: string): Records {
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 3_000, application_name: 'chaos' })
  pool.on('error', () => undefined)
  const rows = async <T>(statement: string): Promise<T[]> => {
    for (const deadline = Date.now() + 60_000; ; await sleep(200)) {
      try {
        return (await pool.query<T & object>(statement)).rows
      } catch (error) {
        if (Date.now() > deadline) throw error
      }
    }
  }
  const one = async <T>(statement: string): Promise<T> => {
    const [row] = await rows<T>(statement)
    if (row === undefined) throw new Error(`no row: ${statement}`)
    return row
  }
  return {
    running: async () => (await one<{ count: number }>(`select count(*)::int as count from deployment_records where status in ('queued', 'running')`)).count,
    statusOf: async (table, id) => (await rows<{ status: string }>(`select status::text from ${table} where id = '${id}'`))[0]?.status,
    open: () => one(`select (select count(*)::int from deployment_records where status in ('queued', 'running')) as records, (select count(*)::int from pipelines where status = 'running') as pipelines`),
    records: () => rows(`
      select record.id, plan.client_id, record.operation, record.status::text, record.error_code, record.error_message,
        (select count(*)::int from dead_letters letter where letter.record_id = record.id and letter.status = 'parked') as parked,
        (select count(*)::int from deployment_steps step where step.record_id = record.id and step.status not in ('success', 'skipped', 'resolved')) as unfinished,
        (extract(epoch from record.finished_at - record.created_at) * 1000)::int as ms
      from deployment_records record join deployment_plans plan on plan.id = record.plan_id order by record.created_at`),
    pipelines: () => rows('select id, status, stages, error_code, error_message from pipelines'),
    links: () => rows('select plan.client_id, link.provider, link.type, link.name, link.external_id from provider_links link join deployment_plans plan on plan.id = link.plan_id'),
    ledger: () => rows('select client_id, provider, type, name, external_id from managed_resources'),
    plans: () => rows('select id, client_id from deployment_plans'),
    close: () => pool.end(),
  }
}
