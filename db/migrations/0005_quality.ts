import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What a version is worth to its users, and what a tenant asks of its templates. */
const statements = `
alter table template_versions add column quality jsonb;
alter table template_artifacts add column quality_score integer check (quality_score between 0 and 100),
  -- What was never scored comes last.
  add column quality_rank integer not null generated always as (coalesce(quality_score, -1)) stored;
create index template_artifacts_quality_rank on template_artifacts (tenant_id, quality_rank, id);

create table quality_policies (
  tenant_id uuid primary key references tenants (id) on delete cascade,
  minimum integer not null check (minimum between 0 and 100),
  gated text[] not null,
  rules jsonb not null,
  updated_by text not null,
  updated_at timestamptz not null default now()
);
alter table quality_policies enable row level security;
alter table quality_policies force row level security;
create policy tenant on quality_policies using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
do $$ begin execute format('create policy upkeep on quality_policies to %I using (current_setting(''app.upkeep'', true) = ''on'')', current_user); end $$;
grant select, insert, update, delete on quality_policies to slipway_app;
`

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw(statements).execute(db)
}
