import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Over all tenants, numbers only: how the repositories that have a remote are synchronized. */
const statements = `
create function repository_counts() returns table (synced bigint, failed bigint, waiting bigint, unwritten bigint, unpushed bigint, conflicts bigint, age_seconds double precision)
language sql security definer set search_path = public as $$
  select set_config('app.upkeep', 'on', true);
  with remotes as (
    select n.tenant_id, r.tried_at, r.synced_at, r.error_code, r.remote_sha from connections n left join repositories r on r.tenant_id = n.tenant_id
    where n.provider = 'git' and n.client_id is null
  ), branches as (
    select max(c.position) - coalesce(max(c.position) filter (where c.sha = r.remote_sha), 0) as unpushed from template_commits c join remotes r on r.tenant_id = c.tenant_id group by c.tenant_id
  )
  select count(*) filter (where tried_at is not null and error_code is null), count(*) filter (where error_code is not null), count(*) filter (where tried_at is null),
    (select count(*) from template_commits where sha is null),
    (select coalesce(sum(unpushed), 0)::bigint from branches),
    (select count(*) from git_conflicts where status = 'open'),
    extract(epoch from clock_timestamp() - min(synced_at))::double precision
  from remotes
$$;
revoke execute on function repository_counts() from public;
grant execute on function repository_counts() to slipway_app;
`

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw(statements).execute(db)
}
