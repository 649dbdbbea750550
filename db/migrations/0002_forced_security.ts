import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/**
 * The tables' owner is bound by row-level security too, unless it says that it is at upkeep: what is forgotten to run as
 * `slipway_app` sees nothing, instead of everything.
 */
const statements = `
do $$ declare name text; begin
  for name in select table_name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' union select 'tenants' loop
    execute format('alter table %I force row level security', name);
    execute format('create policy upkeep on %I to current_user using (current_setting(''app.upkeep'', true) = ''on'')', name);
  end loop;
end $$;
-- What counts and sweeps over all tenants is at upkeep for the rest of its transaction, which goes on as the role of the requests.
create or replace function template_counts() returns table (kind template_kind, category text, count bigint) language sql security definer set search_path = public as
  'select set_config(''app.upkeep'', ''on'', true); select kind, coalesce(meta ->> ''category'', ''none''), count(*) from template_artifacts group by 1, 2';
create or replace function parked_counts() returns table (provider text, count bigint) language sql security definer set search_path = public as
  'select set_config(''app.upkeep'', ''on'', true); select provider, count(*) from dead_letters where status = ''parked'' group by 1';
create or replace function sweep_expired(blobs_before timestamptz, keys_before timestamptz) returns void language sql security definer set search_path = public as
  'select set_config(''app.upkeep'', ''on'', true); delete from blobs where created_at < blobs_before; delete from idempotency_keys where created_at < keys_before';

-- In one statement, for a login role that has no rights of its own: the role of the requests would need a transaction.
create function take_token(bucket text, capacity double precision, per_second double precision) returns double precision
  language sql security definer set search_path = public as $$
  insert into rate_buckets as held (key, tokens, updated_at) values (bucket, capacity - 1, clock_timestamp())
  on conflict (key) do update set
    tokens = least(capacity, held.tokens + extract(epoch from clock_timestamp() - held.updated_at) * per_second) - 1,
    updated_at = greatest(clock_timestamp(), held.updated_at)
  returning tokens
$$;
`

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw(statements).execute(db)
}
