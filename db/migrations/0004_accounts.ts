import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Who may log in, machines' keys and invitations. Secrets are kept as hashes: argon2id of passwords, SHA-256 of what is random. */
const statements = `
create table users (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  email text not null check (email <> '' and email = lower(email)),
  name text not null,
  password_hash text not null check (password_hash like '$argon2id$%'),
  roles text[] not null check (roles <@ array['owner', 'admin', 'operator', 'approver', 'editor', 'viewer']),
  platform_admin boolean not null default false,
  -- Access tokens name the one they were given for: raising it ends them.
  generation integer not null default 1,
  disabled_at timestamptz,
  last_login_at timestamptz,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, email)
);

-- One login and all that it was refreshed to are a family; spent tokens stay, so that their use is noticed.
create table refresh_tokens (
  tenant_id uuid not null,
  hash text not null,
  family uuid not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  spent_at timestamptz,
  primary key (tenant_id, hash),
  foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index refresh_tokens_family on refresh_tokens (tenant_id, family);
create index refresh_tokens_user_id on refresh_tokens (tenant_id, user_id);

create table api_keys (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  name text not null check (name <> ''),
  hash text not null,
  permissions text[] not null check (cardinality(permissions) > 0),
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, hash)
);

create table invitations (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  email text not null check (email <> '' and email = lower(email)),
  roles text[] not null check (roles <@ array['owner', 'admin', 'operator', 'approver', 'editor', 'viewer']),
  hash text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, email)
);

-- Of no tenant, like rate_buckets: what does not exist is locked as what does. Keys are hashes of tenant and email.
create table login_failures (
  key text primary key,
  failures integer not null,
  locked_until timestamptz,
  updated_at timestamptz not null
);

do $$ declare name text; begin
  foreach name in array array['users', 'refresh_tokens', 'api_keys', 'invitations'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy tenant on %I using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', name);
    execute format('create policy upkeep on %I to current_user using (current_setting(''app.upkeep'', true) = ''on'')', name);
    execute format('grant select, insert, update, delete on %I to slipway_app', name);
  end loop;
end $$;
grant select, insert, update, delete on login_failures to slipway_app;

-- All that a login may ask before it knows its tenant.
create function tenant_named(wanted text) returns uuid language sql security definer set search_path = public as
  'select set_config(''app.upkeep'', ''on'', true); select id from tenants where name = wanted';
-- False where the name is taken.
create function make_tenant(wanted_id uuid, wanted text) returns boolean language sql security definer set search_path = public as
  'select set_config(''app.upkeep'', ''on'', true);
   with made as (insert into tenants (id, name) values (wanted_id, wanted) on conflict do nothing returning 1) select exists (select from made)';
revoke execute on function tenant_named(text), make_tenant(uuid, text) from public;
grant execute on function tenant_named(text), make_tenant(uuid, text) to slipway_app;

create or replace function sweep_expired(blobs_before timestamptz, keys_before timestamptz) returns void language sql security definer set search_path = public as
  'select set_config(''app.upkeep'', ''on'', true); delete from blobs where created_at < blobs_before; delete from idempotency_keys where created_at < keys_before;
   delete from refresh_tokens where expires_at < keys_before; delete from invitations where expires_at < keys_before;
   delete from rate_buckets where updated_at < keys_before; delete from login_failures where updated_at < keys_before and coalesce(locked_until, updated_at) < keys_before';
`

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw(statements).execute(db)
}
