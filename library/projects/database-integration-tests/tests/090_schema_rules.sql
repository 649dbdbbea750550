-- Rules for each table, also those that are made next year.
do $rules$
declare
  found text;
begin
  select string_agg(c.relname, ', ') into found from pg_class c
  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
    and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p');
  if found is not null then raise exception 'tables without a primary key: %', found; end if;

  -- Without an index, each delete of the parent reads the whole child.
  select string_agg(k.conrelid::regclass || '.' || k.conname, ', ') into found from pg_constraint k
  where k.contype = 'f' and k.connamespace = 'public'::regnamespace
    and not exists (select from pg_index i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1]);
  if found is not null then raise exception 'foreign keys without an index: %', found; end if;

  select string_agg(table_name || '.' || column_name, ', ') into found from information_schema.columns
  where table_schema = 'public' and data_type = 'timestamp without time zone';
  if found is not null then raise exception 'times without a zone: %', found; end if;

  select string_agg(table_name || '.' || column_name, ', ') into found from information_schema.columns
  where table_schema = 'public' and data_type in ('real', 'double precision', 'money');
  if found is not null then raise exception 'amounts that lose cents: %', found; end if;
${%- if variables.tenants %}

  select string_agg(c.relname, ', ') into found from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not (c.relrowsecurity and c.relforcerowsecurity);
  if found is not null then raise exception 'tables of tenants without forced row-level security: %', found; end if;
${%- endif %}
end $rules$;
