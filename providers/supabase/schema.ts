export type StageTable = 'prompts' | 'documents'

export const stageTables: readonly StageTable[] = ['prompts', 'documents']

/** Where the SQL below stands for people. */
export const schemaDocs = 'docs/providers.md#tables-in-supabase'

/**
 * The tables of the prompts and documents stages: one row per owner (client, kind and template) and key. Safe to run again.
 * REST cannot run it: a person does in the project's SQL editor, or we do where the connection has a databaseUrl.
 */
export const schemaSql = `create table if not exists public.prompts (
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

/** What a table that somebody else made lacks for our upsert. */
export const uniqueKeySql = (table: string): string => `alter table public.${table} add unique (owner, key);`
