-- The log of one row, the oldest entry first.
create function audit.history(name regclass, of_key jsonb) returns setof audit.entry language sql stable as $$
  select * from audit.entry
  where relation = (select format('%I.%I', relnamespace::regnamespace, relname) from pg_class where oid = name) and key::text = of_key::text
  order by at, id
$$;

-- A row as it was at a moment, put together from its log; null where it was not there. Masked columns are ***.
create function audit.as_of(name regclass, of_key jsonb, moment timestamptz) returns jsonb language plpgsql stable as $$
declare
  state jsonb;
  one audit.entry;
begin
  for one in select * from audit.history(name, of_key) where at <= moment loop
    if one.operation = 'delete' then
      state := null;
    else
      state := coalesce(state, '{}') || (select jsonb_object_agg(change.key, change.value -> 1) from jsonb_each(one.changes) change);
    end if;
  end loop;
  return state;
end $$;
revoke all on function audit.history, audit.as_of from public;
${%- if variables.tamperEvident %}

-- What to keep outside of the database: who changes an entry later cannot make this hash again.
create function audit.head() returns text language sql stable return (select length || ':' || encode(head, 'hex') from audit.chain);

-- The entries at which the chain is broken or whose content was changed; one row with null for a missing end. None: all is well.
create function audit.verify() returns table (id bigint, problem text) language plpgsql stable as $$
declare
  one audit.entry;
  expected bytea := '\x00';
  count bigint := 0;
begin
  for one in select * from audit.entry order by entry.id loop
    count := count + 1;
    expected := sha256(expected || one.digest || convert_to(coalesce(one.actor, '') || extract(epoch from one.at)::text, 'UTF8'));
    id := one.id;
    if one.hash <> expected then
      problem := 'an entry before it is missing or was changed, or this one was';
      return next;
      expected := one.hash;
    elsif one.erased then
      problem := 'its values were erased';
      return next;
    elsif one.digest <> sha256(convert_to(jsonb_build_array(one.relation, one.key, one.operation, one.changes)::text, 'UTF8')) then
      problem := 'its values were changed';
      return next;
    end if;
  end loop;
  if (select head <> expected or length <> count from audit.chain) then
    id := null;
    problem := 'the end of the chain is missing';
    return next;
  end if;
end $$;
revoke all on function audit.head, audit.verify from public;
${%- endif %}
