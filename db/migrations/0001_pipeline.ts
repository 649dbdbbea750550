import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Everything between an imported template and a running deployment. Every table but `rate_buckets` belongs to a tenant. */
const statements = `
create type template_kind as enum ('retell', 'n8n', 'ghl', 'prompt', 'project', 'service');
create type deployment_status as enum ('queued', 'running', 'success', 'failed');
create type step_status as enum ('pending', 'running', 'retrying', 'success', 'parked', 'skipped', 'resolved', 'cancelled');

-- PostgreSQL 18 has one of its own; 15 has not.
create function public.array_sort(text[]) returns text[] language sql immutable strict parallel safe as
  'select coalesce(array_agg(item order by item collate "C"), ''{}'') from unnest($1) as item';

create table tenants (
  id uuid primary key,
  name text not null unique check (name <> ''),
  created_at timestamptz not null default now()
);

create table clients (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  name text not null check (name <> ''),
  metadata jsonb not null default '{}',
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

create table template_artifacts (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  kind template_kind not null,
  name text not null check (name <> ''),
  content_ref text not null check (content_ref ~ '^sha256:[0-9a-f]{64}$'),
  meta jsonb not null default '{}',
  version text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, name, kind)
);

create table template_versions (
  tenant_id uuid not null,
  id uuid not null,
  template_id uuid not null,
  version text not null check (version ~ '^\\d+\\.\\d+\\.\\d+'),
  content_ref text not null check (content_ref ~ '^sha256:[0-9a-f]{64}$'),
  artifact jsonb not null,
  source text,
  status text not null default 'published' check (status in ('draft', 'published')),
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, template_id, version),
  foreign key (tenant_id, template_id) references template_artifacts (tenant_id, id) on delete cascade
);

create table kb_documents (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  ref text not null check (ref ~ '^[A-Za-z][A-Za-z0-9_-]{0,63}$'),
  title text not null,
  content text not null,
  content_hash text not null,
  metadata jsonb not null default '{}',
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, ref)
);

create table template_instances (
  tenant_id uuid not null,
  id uuid not null,
  template_id uuid not null,
  version_id uuid not null,
  variables jsonb not null,
  secret_variables bytea,
  variables_hash text not null,
  kb_refs text[] not null default '{}',
  use_llm boolean not null default false,
  texts jsonb not null default '{}',
  rendering jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, template_id) references template_artifacts (tenant_id, id) on delete cascade,
  foreign key (tenant_id, version_id) references template_versions (tenant_id, id) on delete cascade
);

create table connections (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  client_id uuid,
  provider text not null check (provider <> ''),
  name text not null,
  base_url text,
  config jsonb not null default '{}',
  secrets bytea not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique nulls not distinct (tenant_id, provider, client_id),
  foreign key (tenant_id, client_id) references clients (tenant_id, id) on delete cascade
);

create table deployment_plans (
  tenant_id uuid not null,
  id uuid not null,
  template_id uuid not null,
  client_id uuid not null,
  instance_id uuid not null,
  targets text[] not null check (cardinality(targets) > 0),
  variables jsonb not null,
  revision integer not null default 1 check (revision > 0),
  plan_hash text not null check (plan_hash ~ '^[0-9a-f]{64}$'),
  changes jsonb not null default '[]',
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, template_id) references template_artifacts (tenant_id, id) on delete cascade,
  foreign key (tenant_id, client_id) references clients (tenant_id, id) on delete cascade,
  foreign key (tenant_id, instance_id) references template_instances (tenant_id, id)
);
create unique index deployment_plans_template_id_client_id_targets_key
  on deployment_plans (tenant_id, template_id, client_id, public.array_sort(targets));

create table resource_plans (
  tenant_id uuid not null,
  id uuid not null,
  plan_id uuid not null,
  instance_id uuid not null,
  status text not null check (status in ('running', 'success', 'failed')),
  stages jsonb not null default '[]',
  correlation_id text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, plan_id),
  foreign key (tenant_id, plan_id) references deployment_plans (tenant_id, id) on delete cascade
);

create table deployment_records (
  tenant_id uuid not null,
  id uuid not null,
  plan_id uuid not null,
  operation text not null default 'deploy' check (operation in ('deploy', 'undeploy')),
  status deployment_status not null,
  request jsonb not null,
  error_code text,
  error_message text,
  logs_ref text not null,
  correlation_id text not null,
  requested_by text not null,
  superseded_by uuid,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, plan_id) references deployment_plans (tenant_id, id) on delete cascade
);
create index deployment_records_plan_id on deployment_records (tenant_id, plan_id, created_at desc);
create index deployment_records_created_at on deployment_records (tenant_id, created_at desc, id desc);

-- A run that lost against one sharing a provider: decided once, so that API and workflow agree whoever asks first.
create table deployment_rejections (
  tenant_id uuid not null references tenants (id) on delete cascade,
  record_id uuid not null,
  in_favour_of uuid not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, record_id)
);

create table deployment_steps (
  tenant_id uuid not null,
  record_id uuid not null,
  provider text not null,
  status step_status not null,
  attempts integer not null default 0 check (attempts >= 0),
  failures integer not null default 0 check (failures >= 0),
  next_retry_at timestamptz,
  error_code text,
  error_message text,
  manual_steps jsonb not null default '[]',
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, record_id, provider),
  foreign key (tenant_id, record_id) references deployment_records (tenant_id, id) on delete cascade
);

create table deployment_events (
  tenant_id uuid not null,
  id bigint generated always as identity,
  record_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  type text not null,
  provider text,
  message text not null,
  data jsonb not null default '{}',
  primary key (tenant_id, id),
  foreign key (tenant_id, record_id) references deployment_records (tenant_id, id) on delete cascade
);
create index deployment_events_record_id on deployment_events (tenant_id, record_id, id);

create table provider_links (
  tenant_id uuid not null,
  id uuid not null,
  plan_id uuid not null,
  record_id uuid not null,
  provider text not null,
  type text not null,
  name text not null,
  external_id text not null check (external_id <> ''),
  url text not null check (url <> ''),
  deployed_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, plan_id, provider, external_id),
  foreign key (tenant_id, plan_id) references deployment_plans (tenant_id, id) on delete cascade
);

create table managed_resources (
  tenant_id uuid not null,
  id uuid not null,
  client_id uuid not null,
  template_id uuid not null,
  provider text not null,
  type text not null,
  name text not null,
  natural_key text not null,
  sought jsonb not null default '{}',
  external_id text,
  url text,
  sent_hash text,
  adopted boolean not null default false,
  position integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, client_id, template_id, provider, type, name),
  foreign key (tenant_id, client_id) references clients (tenant_id, id) on delete cascade,
  foreign key (tenant_id, template_id) references template_artifacts (tenant_id, id) on delete cascade
);

create table dead_letters (
  tenant_id uuid not null,
  id uuid not null,
  record_id uuid not null,
  plan_id uuid not null,
  provider text not null,
  code text not null,
  message text not null,
  fingerprint text not null,
  attempts integer not null,
  status text not null default 'parked' check (status in ('parked', 'retried', 'skipped', 'resolved', 'cancelled', 'superseded', 'expired')),
  decided_by text,
  reason text,
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, record_id) references deployment_records (tenant_id, id) on delete cascade
);
create index dead_letters_open on dead_letters (tenant_id, provider, fingerprint) where status = 'parked';
create unique index dead_letters_one_parked on dead_letters (tenant_id, record_id, provider) where status = 'parked';

create table pipelines (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  status text not null check (status in ('running', 'success', 'failed')),
  stages jsonb not null,
  error_code text,
  error_message text,
  correlation_id text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id)
);

create table audit_events (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null,
  subject_type text not null,
  subject_id text not null,
  correlation_id text not null,
  data jsonb not null default '{}',
  primary key (tenant_id, id)
);
create index audit_events_at on audit_events (tenant_id, at desc, id desc);
create index audit_events_subject on audit_events (tenant_id, subject_id, at desc);
create index audit_events_correlation on audit_events (tenant_id, correlation_id);

create table blobs (
  tenant_id uuid not null references tenants (id) on delete cascade,
  ref text not null,
  content bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, ref)
);
create index blobs_created_at on blobs (created_at);

create table idempotency_keys (
  tenant_id uuid not null references tenants (id) on delete cascade,
  key text not null,
  request_hash text not null,
  status integer,
  headers jsonb,
  body bytea,
  created_at timestamptz not null default now(),
  primary key (tenant_id, key)
);

create table rate_buckets (
  key text primary key,
  tokens double precision not null,
  updated_at timestamptz not null
);

create function notify_deployment_event() returns trigger language plpgsql as
  'begin perform pg_notify(''slipway_events'', new.record_id::text); return null; end';
create trigger deployment_events_notify after insert on deployment_events for each row execute function notify_deployment_event();

-- The role every request runs as. It cannot log in, owns nothing and cannot bypass row security.
-- The cluster may have it already, from another database or by a database administrator's hand.
do $$ begin
  if not exists (select from pg_roles where rolname = 'slipway_app') then
    create role slipway_app nologin nosuperuser nocreatedb nocreaterole nobypassrls noinherit;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;
do $$ begin
  if not (select rolsuper from pg_roles where rolname = current_user) then execute format('grant slipway_app to %I', current_user); end if;
exception when insufficient_privilege then null;
end $$;
grant usage on schema public to slipway_app;

do $$ declare name text; begin
  for name in select table_name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy tenant on %I using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', name);
    execute format('grant select, insert, update, delete on %I to slipway_app', name);
  end loop;
end $$;
alter table tenants enable row level security;
create policy tenant on tenants using (id = nullif(current_setting('app.tenant', true), '')::uuid);
grant select on tenants to slipway_app;
revoke update, delete on audit_events from slipway_app;
grant select, insert, update, delete on rate_buckets to slipway_app;

-- For /health and /metrics, which belong to no tenant: counts only.
create function template_counts() returns table (kind template_kind, category text, count bigint) language sql security definer set search_path = public as
  'select kind, coalesce(meta ->> ''category'', ''none''), count(*) from template_artifacts group by 1, 2';
create function parked_counts() returns table (provider text, count bigint) language sql security definer set search_path = public as
  'select provider, count(*) from dead_letters where status = ''parked'' group by 1';
create function sweep_expired(blobs_before timestamptz, keys_before timestamptz) returns void language sql security definer set search_path = public as
  'delete from blobs where created_at < blobs_before; delete from idempotency_keys where created_at < keys_before';
revoke execute on function template_counts(), parked_counts(), sweep_expired(timestamptz, timestamptz) from public;
grant execute on function template_counts(), parked_counts(), sweep_expired(timestamptz, timestamptz) to slipway_app;
`

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw(statements).execute(db)
}
