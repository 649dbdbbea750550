import pg from 'pg'
import type { Tenant } from '../support/product.ts'
import type { Part } from './part.ts'
import { fill } from './registry-content.ts'
import { compare, interleave, median, percentile } from './statistics.ts'

/** What people look for: one word, several, the beginning of one, mistyped ones, phrases, what nearly all or nobody has, and only filters. */
const questions: readonly { query?: string; filters?: Record<string, unknown> }[] = [
  { query: 'dental receptionist' }, { query: 'recep' }, { query: 'dentl recepionist' }, { query: 'lawyer', filters: { kind: 'n8n' } }, { query: 'appointment reminders for a clinic' },
  { query: 'word42' }, { query: 'word4999 word17' }, { query: '4711' }, { query: '"booking agent"' }, { query: 'agent -dental' }, { query: 'template' },
  { query: 'plumber', filters: { category: 'trades', tags: ['voice'] } }, { query: 'helicopter' }, { filters: { tags: ['sms'], kind: ['retell', 'ghl'] } }, {},
]

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const inTurn = async (count: number, work: (index: number) => Promise<unknown>): Promise<number[]> => {
  const ms: number[] = []
  for (let index = 0; index < count; index++) ms.push(await timed(() => work(index)))
  return ms
}

async function ask<T>(tenant: Tenant, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await tenant.call<T>(method, path, body)
  if (answer.status !== 200) throw new Error(`${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** Every page of the list, and how long each took. */
async function pages(tenant: Tenant): Promise<{ ms: number[]; items: number }> {
  const ms: number[] = []
  let items = 0
  for (let cursor = ''; ;) {
    let next: string | null = null
    ms.push(await timed(async () => {
      const page = await ask<{ items: unknown[]; nextCursor: string | null }>(tenant, 'GET', `/api/v1/templates?limit=100&sort=-updated${cursor}`)
      items += page.items.length
      next = page.nextCursor
    }))
    if (next === null) return { ms, items }
    cursor = `&cursor=${String(next)}`
  }
}

export const registry: Part = {
  name: 'i', title: 'searching and listing 100,000 templates',
  async run(ctx) {
    const size = ctx.tiny ? 300 : 100_000
    const product = await ctx.product()
    const tenant = await product.tenant('a large agency')
    const client = new pg.Client({ connectionString: product.stack().databaseUrl })
    await client.connect()
    ctx.atEnd(() => client.end())
    ctx.say(`  ${String(size)} templates, written and indexed in ${((await timed(() => fill(client, tenant.id, size))) / 1000).toFixed(0)} s`)

    const bare = async ({ query, filters = {} }: (typeof questions)[number]): Promise<void> => {
      await client.query(`begin; select set_config('app.tenant', ${pg.escapeLiteral(tenant.id)}, true)`)
      const asked = Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, name === 'author' ? value : [value].flat()]))
      const { rows: [row] } = await client.query<{ found: { page: [string, string, string][] } }>('select search_templates($1, $2, null, 21) as found', [query ?? null, JSON.stringify(asked)])
      await client.query('select * from template_artifacts where tenant_id = $1 and id = any($2)', [tenant.id, (row?.found.page ?? []).map(([, , id]) => id)])
      await client.query('commit')
    }
    const at = (index: number) => questions[index % questions.length] ?? {}
    const count = questions.length * (ctx.tiny ? 1 : 8)
    for (const question of questions) ctx.say(`  ${JSON.stringify(question)}: ${(await timed(() => bare(question))).toFixed(0)} ms, ${String((await ask<{ total: number }>(tenant, 'POST', '/api/v1/templates/search', question)).total)} found`)
    const rounds = await interleave(ctx.rounds, () => inTurn(count, (index) => ask(tenant, 'POST', '/api/v1/templates/search', at(index))), () => inTurn(count, (index) => bare(at(index))))
    const row = (p: number) => {
      const { ratio, spread, ours, baseline } = compare(rounds.map((round) => ({ ours: percentile(round.ours, p), baseline: percentile(round.baseline, p) })))
      return { name: `(i) search among ${String(size)}, p${String(p * 100)} ÷ bare SQL`, ratio, ours: `${ours.toFixed(1)} ms`, baseline: `${baseline.toFixed(1)} ms`, spread, limit: `${String(questions.length)} questions, with facets and counts` }
    }
    const { ms, items } = await pages(tenant)
    if (items < size) throw new Error(`the list ended after ${String(items)} of ${String(size)}`)
    const edge = Math.ceil(ms.length / 10)
    const [first, last] = [median(ms.slice(0, edge)), median(ms.slice(-edge))]
    return [row(0.5), row(0.95), { name: `(i) the last tenth of ${String(ms.length)} pages of 100 ÷ the first`, ratio: last / first, ours: `${last.toFixed(1)} ms a page`, baseline: `${first.toFixed(1)} ms a page`, spread: [last / first, last / first] as const }]
  },
}
