import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Every change of a template as a commit of its tenant's git repository: written with the change, carried out by the repository's one writer. */
const statements = `
create table template_commits (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  -- The order of arrival, which is the order of writing.
  ordinal bigint generated always as identity,
  template_id uuid,
  version_id uuid,
  action text not null check (action in ('create', 'update', 'delete', 'restore', 'resolve', 'pull')),
  actor text not null,
  message text not null,
  paths text[] not null default '{}',
  -- Of whole seconds: git keeps no more.
  created_at timestamptz not null default date_trunc('second', clock_timestamp()),
  sha text check (sha ~ '^[0-9a-f]{40}$'),
  -- Its place on the branch. A commit that somebody else made in the remote has none: the pull that brought it has.
  position bigint check (position > 0),
  pulled_by uuid,
  -- Of a pull: the remote's commit, gone when the history was written anew without it.
  remote_sha text check (remote_sha ~ '^[0-9a-f]{40}$'),
  primary key (tenant_id, id),
  unique (tenant_id, position),
  check (position is null or sha is not null),
  foreign key (tenant_id, template_id) references template_artifacts (tenant_id, id) on delete cascade,
  foreign key (tenant_id, version_id) references template_versions (tenant_id, id) on delete cascade,
  foreign key (tenant_id, pulled_by) references template_commits (tenant_id, id) on delete cascade
);
create index template_commits_pending on template_commits (tenant_id, ordinal) where sha is null;
create index template_commits_version on template_commits (tenant_id, version_id);
create index template_commits_pulled_by on template_commits (tenant_id, pulled_by) where pulled_by is not null;

create table git_conflicts (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  template_id uuid,
  path text not null,
  reason text not null check (reason in ('both_changed', 'deleted_there', 'deleted_here', 'invalid', 'misplaced')),
  problems jsonb not null default '[]',
  -- The content that both sides began with; null where there was none.
  base jsonb,
  -- The remote's file as it is; null where it was deleted.
  theirs text,
  remote_sha text not null,
  author text not null,
  status text not null default 'open' check (status in ('open', 'resolved', 'settled')),
  resolution text check (resolution in ('ours', 'theirs', 'content')),
  resolved_by text,
  created_at timestamptz not null default clock_timestamp(),
  resolved_at timestamptz,
  primary key (tenant_id, id),
  check ((status = 'open') = (resolved_at is null)),
  foreign key (tenant_id, template_id) references template_artifacts (tenant_id, id) on delete cascade
);
create unique index git_conflicts_one_open on git_conflicts (tenant_id, path) where status = 'open';
create index git_conflicts_created_at on git_conflicts (tenant_id, created_at desc, id desc);

create table repositories (
  tenant_id uuid primary key references tenants (id) on delete cascade,
  remote_sha text,
  tried_at timestamptz,
  synced_at timestamptz,
  error_code text,
  error_message text,
  tried_by text
);

do $$ declare name text; begin
  foreach name in array array['template_commits', 'git_conflicts', 'repositories'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy tenant on %I using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', name);
    execute format('create policy upkeep on %I to current_user using (current_setting(''app.upkeep'', true) = ''on'')', name);
    execute format('grant select, insert, update, delete on %I to slipway_app', name);
  end loop;
end $$;

-- The versions that are published already, in the order in which they came, and what is deleted. Where a template lies is for the code to say, at the writing.
select set_config('app.upkeep', 'on', true);
insert into template_commits (tenant_id, id, template_id, version_id, action, actor, message, created_at)
select v.tenant_id, gen_random_uuid(), v.template_id, v.id,
  case when row_number() over (partition by v.tenant_id, v.template_id order by v.created_at, v.id) = 1 then 'create' else 'update' end,
  v.created_by,
  case when row_number() over (partition by v.tenant_id, v.template_id order by v.created_at, v.id) = 1 then 'Create' else 'Update' end || ' template: ' || t.name,
  date_trunc('second', v.created_at)
from template_versions v join template_artifacts t on t.tenant_id = v.tenant_id and t.id = v.template_id
where v.status = 'published'
order by v.created_at, v.id;
insert into template_commits (tenant_id, id, template_id, action, actor, message, created_at)
select tenant_id, gen_random_uuid(), id, 'delete', deleted_by, 'Delete template: ' || name, date_trunc('second', deleted_at)
from template_artifacts t where deleted_at is not null and exists (select from template_versions v where v.tenant_id = t.tenant_id and v.template_id = t.id and v.status = 'published')
order by deleted_at, id;
select set_config('app.upkeep', '', true);

-- For the schedule, which belongs to no tenant: whose repository has something to do.
create function repositories_due() returns table (tenant_id uuid, pending boolean, sync boolean) language sql security definer set search_path = public as $$
  select set_config('app.upkeep', 'on', true);
  select * from (
    select t.id,
      exists (select from template_commits c where c.tenant_id = t.id and c.sha is null),
      exists (select from connections n left join repositories r on r.tenant_id = n.tenant_id
        where n.tenant_id = t.id and n.provider = 'git' and n.client_id is null and n.config ->> 'syncMinutes' ~ '^[1-9][0-9]{0,4}$'
          and coalesce(r.tried_at <= clock_timestamp() - (n.config ->> 'syncMinutes')::int * interval '1 minute', true))
    from tenants t
  ) as due (tenant_id, pending, sync) where pending or sync
$$;
revoke execute on function repositories_due() from public;
grant execute on function repositories_due() to slipway_app;
`

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw(statements).execute(db)
}
