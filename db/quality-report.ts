import { sql } from 'kysely'
import type { z } from 'zod'
import type { Kind } from '../contracts/artifact.ts'
import type { qualityReport } from '../contracts/quality-report.ts'
import type { Tx } from './client.ts'

export type QualityReport = Omit<z.infer<typeof qualityReport>, 'minimum'>

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
