import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Workflows that people define, their runs, and what became of each step. */
const statements = `
create table workflow_definitions (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  name text not null check (name ~ '^[a-z][a-z0-9-]*$'),
  -- Raised by each change; a run keeps the definition that it began with.
  version integer not null default 1 check (version > 0),
  definition jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

create table workflow_runs (
  tenant_id uuid not null,
  id uuid not null,
  workflow_id uuid not null,
  version integer not null,
  definition jsonb not null,
  input jsonb not null,
  status text not null check (status in ('running', 'success', 'failed')),
  error_code text,
  error_message text,
  rerun_of uuid,
  correlation_id text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, workflow_id) references workflow_definitions (tenant_id, id) on delete cascade,
  foreign key (tenant_id, rerun_of) references workflow_runs (tenant_id, id)
);
create index workflow_runs_workflow_id on workflow_runs (tenant_id, workflow_id, created_at desc);
create index workflow_runs_rerun_of on workflow_runs (tenant_id, rerun_of);

create table workflow_step_runs (
  tenant_id uuid not null,
  run_id uuid not null,
  step_id text not null,
  -- -1 is the step itself; its items, where it runs for each of a list, count from 0.
  item integer not null default -1 check (item >= -1),
  status text not null check (status in ('pending', 'running', 'waiting', 'success', 'failed', 'skipped', 'cancelled')),
  kept boolean not null default false,
  items jsonb,
  output jsonb,
  error_code text,
  error_message text,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, run_id, step_id, item),
  foreign key (tenant_id, run_id) references workflow_runs (tenant_id, id) on delete cascade
);

create function notify_workflow_step() returns trigger language plpgsql as
  'begin perform pg_notify(''slipway_events'', new.run_id::text); return null; end';
create trigger workflow_step_runs_notify after insert or update on workflow_step_runs for each row execute function notify_workflow_step();
create function notify_workflow_run() returns trigger language plpgsql as
  'begin perform pg_notify(''slipway_events'', new.id::text); return null; end';
create trigger workflow_runs_notify after update on workflow_runs for each row execute function notify_workflow_run();

do $$ declare name text; begin
  foreach name in array array['workflow_definitions', 'workflow_runs', 'workflow_step_runs'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy tenant on %I using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', name);
    execute format('create policy upkeep on %I to current_user using (current_setting(''app.upkeep'', true) = ''on'')', name);
    execute format('grant select, insert, update, delete on %I to slipway_app', name);
  end loop;
end $$;
`

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw(statements).execute(db)
}
