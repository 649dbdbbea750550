/**
 * Makes a database serve as a Supabase project: the roles that PostgREST switches between and the tables of the prompts and documents stages,
 * as a customer makes them. Run by a superuser, as often as wanted; afterwards give `authenticator` a password.
 */
export const supabaseSchemaSql = `
do $$ begin
  if not exists (select from pg_roles where rolname = 'anon') then create role anon nologin; end if;
  if not exists (select from pg_roles where rolname = 'service_role') then create role service_role nologin bypassrls; end if;
  if not exists (select from pg_roles where rolname = 'authenticator') then create role authenticator login noinherit; end if;
end $$;
grant anon, service_role to authenticator;
grant usage on schema public to anon, service_role;

create table if not exists public.prompts (
  owner text not null,
  key text not null,
  content text not null,
  version int,
  metadata jsonb not null default '{}',
  updated_at timestamptz not null default now(),
  primary key (owner, key)
);
create table if not exists public.documents (
  owner text not null,
  key text not null,
  content text not null,
  metadata jsonb not null default '{}',
  updated_at timestamptz not null default now(),
  primary key (owner, key)
);
do $$
declare vector_type text;
begin
  -- pgvector's type where the extension is installed, in whatever schema.
  select format('%I.vector', n.nspname) into vector_type
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'vector';
  execute format('alter table public.documents add column if not exists embedding %s', coalesce(vector_type, 'float8[]'));
  if exists (select from pg_roles where rolname = 'service_role') then
    grant select, insert, update, delete on public.prompts, public.documents to service_role;
  end if;
end $$;
-- No policies: only the service key, which bypasses row-level security, reads and writes.
alter table public.prompts enable row level security;
alter table public.documents enable row level security;
notify pgrst, 'reload schema';
`
