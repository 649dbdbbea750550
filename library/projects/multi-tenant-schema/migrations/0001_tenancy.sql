${% assign type = variables.key -%}
-- Roles belong to the whole server: another database may have made it already.
do $$ begin
  if not exists (select from pg_roles where rolname = '${{ variables.appRole }}') then
    create role ${{ variables.appRole }} nologin nosuperuser nobypassrls;
  end if;
end $$;

create schema tenancy;
grant usage on schema tenancy, public to ${{ variables.appRole }};
revoke create on schema public from public;

create table tenancy.tenant (
  id ${{ type }} primary key${% if variables.key == "uuid" %} default gen_random_uuid()${% else %} generated always as identity${% endif %},
  name text not null check (name <> ''),
  created_at timestamptz not null default now()
);

-- The tenant of this transaction; null outside of any, and then no row is visible.
create function tenancy.current_id() returns ${{ type }} language sql stable parallel safe
return nullif(current_setting('tenancy.id', true), '')::${{ type }};

-- Says which tenant this transaction is for. Once: what serves one tenant cannot turn to another.
create function tenancy.enter(id ${{ type }}) returns void language plpgsql as $$
begin
  if tenancy.current_id() is distinct from id and tenancy.current_id() is not null then
    raise exception 'this transaction already serves another tenant' using errcode = 'insufficient_privilege';
  end if;
  perform set_config('tenancy.id', id::text, true);
end $$;

-- Everything that a table of tenants' data needs. Forced: its owner is held to it, too.
create function tenancy.protect(name regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s alter column tenant_id set default tenancy.current_id(), alter column tenant_id set not null', name);
  execute format('alter table %s enable row level security, force row level security', name);
  -- Calling it in a subquery makes it once for the statement, not once for each row.
  execute format('create policy tenant on %s using (tenant_id = (select tenancy.current_id())) with check (tenant_id = (select tenancy.current_id()))', name);
  execute format('grant select, insert, update, delete on %s to ${{ variables.appRole }}', name);
end $$;

-- The tables in which a tenant still has rows. For those who may see all: run it as a superuser after deleting a tenant.
create function tenancy.remains(id ${{ type }}) returns table (name regclass, count bigint) language plpgsql as $$
begin
  for name in select attrelid::regclass from pg_attribute join pg_class on pg_class.oid = attrelid where attname = 'tenant_id' and relkind = 'r' and relnamespace::regnamespace::text not like 'pg\_%' loop
    execute format('select count(*) from %s where tenant_id = $1', name) into count using id;
    if count > 0 then return next; end if;
  end loop;
end $$;

revoke all on all functions in schema tenancy from public;
grant execute on function tenancy.current_id, tenancy.enter to ${{ variables.appRole }};
