import { sql } from 'kysely'
import type { Kind } from '../contracts/artifact.ts'
import type { Quality, QualityPolicy } from '../contracts/quality.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'

/** The tenant's policy, or what holds where it has none of its own. `lock` holds it until the transaction ends. */
export async function getPolicy(tx: Tx, minimum: number, { lock = false } = {}): Promise<QualityPolicy> {
  const query = tx.selectFrom('quality_policies').select(['minimum', 'gated', 'rules'])
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst()
  return row ? { minimum: row.minimum, gated: row.gated, rules: row.rules } : { minimum, gated: ['project'], rules: [] }
}

export async function savePolicy(tx: Tx, tenantId: string, { minimum, gated, rules }: QualityPolicy, by: string): Promise<void> {
  const values = { minimum, gated: [...gated], rules: JSON.stringify(rules), updated_by: by, updated_at: clock }
  await tx.insertInto('quality_policies').values({ tenant_id: tenantId, ...values }).onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(values)).execute()
}

/** Keeps a version's quality; the template shows that of the version it is. */
export async function saveQuality(tx: Tx, templateId: string, version: string, quality: Quality): Promise<void> {
  await tx.updateTable('template_versions').set({ quality: JSON.stringify(quality) }).where('template_id', '=', templateId).where('version', '=', version).execute()
  await tx.updateTable('template_artifacts').set({ quality_score: quality.quality_score }).where('id', '=', templateId).where('version', '=', version).execute()
}

/** What was kept of a version; undefined for one that was never scored. */
export async function findQuality(tx: Tx, templateId: string, version: string): Promise<Quality | undefined> {
  const row = await tx.selectFrom('template_versions').select('quality').where('template_id', '=', templateId).where('version', '=', version).executeTakeFirst()
  return row?.quality ?? undefined
}

export interface QualityReport {
  total: number
  scored: number
  average: number | null
  passing: number
  distribution: { from: number; to: number; count: number }[]
  worst: { templateId: string; name: string; kind: Kind; version: string; quality_score: number; recommendations: string[] }[]
  trend: { templateId: string; name: string; versions: { version: string; quality_score: number; createdAt: string }[] }[]
}

export interface ReportFilter {
  kind?: Kind | undefined
  category?: string | undefined
  templateId?: string | undefined
}

const bands = [[0, 49], [50, 69], [70, 84], [85, 100]] as const

/** Over all templates that are there: how many are how good, the ten worst, and how the twenty that changed last have developed. */
export async function reportQuality(tx: Tx, { kind, category, templateId }: ReportFilter, minimum: number): Promise<QualityReport> {
  const chosen = sql`template.deleted_at is null and (${kind ?? null}::text is null or template.kind::text = ${kind ?? null}) and (${category ?? null}::text is null or template.category = ${category ?? null}) and (${templateId ?? null}::uuid is null or template.id = ${templateId ?? null})`
  const { rows: [sums] } = await sql<{ total: number; scored: number; average: number | null; passing: number }>`
    select count(*)::int as total, count(quality_score)::int as scored, round(avg(quality_score), 1)::float8 as average, count(*) filter (where quality_score >= ${minimum})::int as passing
    from template_artifacts template where ${chosen}`.execute(tx)
  const { rows: counts } = await sql<{ band: number; count: number }>`
    select width_bucket(quality_score, ${bands.map(([from]) => from)}::int[]) as band, count(*)::int as count from template_artifacts template where ${chosen} and quality_score is not null group by 1`.execute(tx)
  const { rows: worst } = await sql<QualityReport['worst'][number]>`
    select template.id as "templateId", template.name, template.kind, template.version, template.quality_score, coalesce(version.quality -> 'recommendations', '[]') as recommendations
    from template_artifacts template join template_versions version on version.tenant_id = template.tenant_id and version.template_id = template.id and version.version = template.version
    where ${chosen} and template.quality_score is not null order by template.quality_score, template.name, template.id limit 10`.execute(tx)
  const { rows: trend } = await sql<QualityReport['trend'][number]>`
    select template.id as "templateId", template.name, (
      select jsonb_agg(jsonb_build_object('version', version, 'quality_score', (quality ->> 'quality_score')::int, 'createdAt', to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by created_at, version)
      from (select * from template_versions version where version.tenant_id = template.tenant_id and version.template_id = template.id and quality is not null order by created_at desc limit 20) latest) as versions
    from template_artifacts template
    where ${chosen} and exists (select from template_versions version where version.tenant_id = template.tenant_id and version.template_id = template.id and quality is not null)
    order by template.updated_at desc, template.id limit 20`.execute(tx)
  const countOf = (index: number) => counts.find(({ band }) => band === index + 1)?.count ?? 0
  return { ...(sums ?? { total: 0, scored: 0, average: null, passing: 0 }), distribution: bands.map(([from, to], index) => ({ from, to, count: countOf(index) })), worst, trend }
}
