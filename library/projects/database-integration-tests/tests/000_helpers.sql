create schema if not exists spec;

-- Fails unless the statement fails with this SQLSTATE. What it did is undone either way.
create or replace function spec.raises(statement text, expected text) returns void language plpgsql as $body$
begin
  begin
    execute statement;
  exception when others then
    if sqlstate = expected then return; end if;
    raise exception 'expected %, got % (%): %', expected, sqlstate, sqlerrm, statement;
  end;
  raise exception 'expected %, but it went through: %', expected, statement;
end $body$;

create or replace function spec.equals(actual anyelement, expected anyelement, what text) returns void language plpgsql as $body$
begin
  if actual is distinct from expected then
    raise exception '%: expected %, got %', what, expected, actual;
  end if;
end $body$;
${%- if variables.tenants %}

grant usage on schema spec to app_user;
${%- endif %}
