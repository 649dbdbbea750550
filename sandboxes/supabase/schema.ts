/**
 * Makes a database serve as a Supabase project: the roles that PostgREST switches between and the customary tables. Run by a superuser,
 * as often as wanted; afterwards give `authenticator` a password. Embeddings are float8[] where a project has pgvector's type.
 */
export const supabaseSchemaSql = `
do $$ begin
  if not exists (select from pg_roles where rolname = 'anon') then create role anon nologin; end if;
  if not exists (select from pg_roles where rolname = 'service_role') then create role service_role nologin bypassrls; end if;
  if not exists (select from pg_roles where rolname = 'authenticator') then create role authenticator login noinherit; end if;
end $$;
grant anon, service_role to authenticator;

create table if not exists public.prompts (
  key text primary key,
  content text not null,
  version int,
  metadata jsonb,
  template text,
  client text,
  template_id text,
  client_id text,
  owner text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table if not exists public.documents (
  key text primary key,
  content text not null,
  metadata jsonb,
  embedding float8[],
  template text,
  client text,
  template_id text,
  client_id text,
  owner text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create or replace function public.touch_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end $$;
create or replace trigger touch_updated_at before update on public.prompts for each row execute function public.touch_updated_at();
create or replace trigger touch_updated_at before update on public.documents for each row execute function public.touch_updated_at();

alter table public.prompts enable row level security;
alter table public.documents enable row level security;
grant usage on schema public to anon, service_role;
grant select, insert, update, delete on public.prompts, public.documents to service_role;
notify pgrst, 'reload schema';
`
