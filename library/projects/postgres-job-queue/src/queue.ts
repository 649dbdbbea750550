import type pg from 'pg'

export interface Job { id: string; task: string; payload: unknown; attempts: number }
export interface NewJob { task: string; payload?: unknown; queue?: string; runAt?: Date; uniqueKey?: string; priority?: number; mostAttempts?: number }
type Queryable = Pick<pg.Pool | pg.PoolClient | pg.Client, 'query'>

const named = { task: 'task', payload: 'payload', queue: 'queue', runAt: 'run_at', uniqueKey: 'unique_key', priority: 'priority', mostAttempts: 'most_attempts' } as const

/** Adds a job; with the client of a transaction, it is there when that commits, and only then. Answers its id. */
export async function addJob(db: Queryable, job: NewJob): Promise<string> {
  const given = (Object.keys(named) as (keyof typeof named)[]).filter((key) => job[key] !== undefined)
  const values = given.map((key) => (key === 'payload' ? JSON.stringify(job[key]) : job[key]))
  const { rows } = await db.query(`select ${{ variables.schema }}.add(${given.map((key, at) => `${named[key]} => $${at + 1}`).join(', ')}) as id`, values)
  return (rows[0] as { id: string }).id
}

export async function takeJobs(db: Queryable, queue: string, worker: string, most: number): Promise<Job[]> {
  const { rows } = await db.query('select id, task, payload, attempts from ${{ variables.schema }}.take($1, $2, $3)', [queue, worker, most])
  return rows as Job[]
}

/** False: the job is no longer this worker's. */
export async function settle(db: Queryable, id: string, worker: string, error: string | undefined, forGood: boolean): Promise<boolean> {
  const { rows } = await db.query('select ${{ variables.schema }}.settle($1, $2, $3, $4) as settled', [id, worker, error ?? null, forGood])
  return (rows[0] as { settled: boolean | null }).settled === true
}
