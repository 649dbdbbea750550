-- Says who acts, for the rest of the transaction.
create function audit.act_as(actor text, request text default null) returns void language sql as $$
  select set_config('audit.actor', actor, true), set_config('audit.request', coalesce(request, ''), true)
$$;

-- What is different between two states of a row; masked columns without their values.
create function audit.difference(before jsonb, after jsonb) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(name, case when name = any (array[${% for column in variables.maskedColumns %}'${{ column }}'${% unless forloop.last %}, ${% endunless %}${% endfor %}]::text[])
    then jsonb_build_array('***', '***') else jsonb_build_array(before -> name, after -> name) end), '{}')
  from (select jsonb_object_keys(coalesce(before, '{}') || coalesce(after, '{}')) as name) names
  where before -> name is distinct from after -> name
$$;

create function audit.write(relation text, key jsonb, operation text, changes jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, audit, pg_temp as $$
declare
  acting text := nullif(current_setting('audit.actor', true), '');
${%- if variables.tamperEvident %}
  link bytea;
  digest bytea := sha256(convert_to(jsonb_build_array(relation, key, operation, changes)::text, 'UTF8'));
  moment timestamptz := clock_timestamp();
${%- endif %}
begin
${%- if variables.requireActor %}
  if acting is null then
    raise exception '% is audited: call audit.act_as(…) first in this transaction', relation using errcode = 'insufficient_privilege';
  end if;
${%- endif %}
${%- if variables.tamperEvident %}
  -- The lock on this row puts all writers into one order.
  select head into link from audit.chain for update;
  moment := clock_timestamp();
  link := sha256(link || digest || convert_to(coalesce(acting, '') || extract(epoch from moment)::text, 'UTF8'));
  insert into audit.entry (at, relation, key, operation, changes, actor, request, digest, hash)
  values (moment, relation, key, operation, changes, acting, nullif(current_setting('audit.request', true), ''), digest, link);
  update audit.chain set head = link, length = length + 1;
${%- else %}
  insert into audit.entry (relation, key, operation, changes, actor, request)
  values (relation, key, operation, changes, acting, nullif(current_setting('audit.request', true), ''));
${%- endif %}
end $$;

-- The trigger: its arguments are the columns of the primary key.
create function audit.record() returns trigger language plpgsql security definer set search_path = pg_catalog, audit, pg_temp as $$
declare
  before jsonb := case when tg_op in ('UPDATE', 'DELETE') then to_jsonb(old) end;
  after jsonb := case when tg_op in ('UPDATE', 'INSERT') then to_jsonb(new) end;
  changes jsonb := audit.difference(before, after);
  relation text := format('%I.%I', tg_table_schema, tg_table_name);
begin
  if tg_op = 'TRUNCATE' then
    perform audit.write(relation, '{}', 'truncate', '{}');
  elsif changes <> '{}' then
    perform audit.write(relation, (select jsonb_object_agg(name, coalesce(before, after) -> name) from unnest(tg_argv) name), lower(tg_op), changes);
  end if;
  return null;
end $$;

-- Begins to record a table.
create function audit.watch(name regclass) returns void language plpgsql as $$
declare
  columns text := (select string_agg(quote_literal(attname), ', ' order by array_position(indkey::int2[], attnum)) from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey) where indrelid = name and indisprimary);
begin
  if columns is null then raise exception '% has no primary key: nothing would say which row was changed', name; end if;
  execute format('create trigger audit after insert or update or delete on %s for each row execute function audit.record(%s)', name, columns);
  execute format('create trigger audit_truncate after truncate on %s for each statement execute function audit.record()', name);
end $$;

revoke all on all functions in schema audit from public;
revoke all on schema audit from public;
grant usage on schema audit to public;
grant execute on function audit.act_as to public;
