${% assign table = variables.tables[0] -%}
${% assign column = table.columns[0] | split: " " -%}
-- Two tenants, and every way from one to the other that we know of. Leaves nothing behind.
begin;

create function pg_temp.sample() returns text language sql return
  ${% case column[1] %}${% when "text" %}'x'${% when "jsonb" %}'{}'${% when "boolean" %}'true'${% when "date" %}'2026-01-01'${% when "timestamptz" %}'2026-01-01'${% else %}'1'${% endcase %};

do $$
declare
  a ${{ variables.key }};
  b ${{ variables.key }};
  seen bigint;
  changed bigint;
begin
  insert into tenancy.tenant (name) values ('a') returning id into a;
  insert into tenancy.tenant (name) values ('b') returning id into b;

  set local role ${{ variables.appRole }};
  select count(*) into seen from public.${{ table.name }};
  assert seen = 0, 'without a tenant nothing is visible';
  begin
    insert into public.${{ table.name }} (${{ column[0] }}) values (pg_temp.sample()::${{ column[1] }});
    assert false, 'without a tenant nothing is written';
  exception when insufficient_privilege or not_null_violation then null;
  end;

  perform tenancy.enter(a);
  insert into public.${{ table.name }} (${{ column[0] }}) values (pg_temp.sample()::${{ column[1] }});
  assert (select tenant_id = a from public.${{ table.name }}), 'a row belongs to the tenant that it was written for';
  begin
    insert into public.${{ table.name }} (tenant_id, ${{ column[0] }}) values (b, pg_temp.sample()::${{ column[1] }});
    assert false, 'nobody writes into another tenant';
  exception when insufficient_privilege then null;
  end;
  begin
    update public.${{ table.name }} set tenant_id = b;
    assert false, 'nobody gives a row away';
  exception when insufficient_privilege then null;
  end;
  begin
    perform tenancy.enter(b);
    assert false, 'a transaction serves one tenant';
  exception when insufficient_privilege then null;
  end;

  -- Another transaction, for b. Only an owner could turn within one, so the test does it as the owner.
  reset role;
  perform set_config('tenancy.id', b::text, true);
  set local role ${{ variables.appRole }};
  select count(*) into seen from public.${{ table.name }};
  assert seen = 0, 'the rows of a are not visible to b';
  update public.${{ table.name }} set ${{ column[0] }} = ${{ column[0] }};
  get diagnostics changed = row_count;
  assert changed = 0, 'nor changed by it';
  delete from public.${{ table.name }};
  get diagnostics changed = row_count;
  assert changed = 0, 'nor deleted';
  begin
    perform count(*) from tenancy.tenant;
    assert false, 'the list of tenants is not readable';
  exception when insufficient_privilege then null;
  end;
  begin
    alter table public.${{ table.name }} disable row level security;
    assert false, 'the protection cannot be taken off';
  exception when insufficient_privilege then null;
  end;
  begin
    truncate public.${{ table.name }};
    assert false, 'truncate heeds no policy, and is not granted';
  exception when insufficient_privilege then null;
  end;
  reset role;
  assert (select count(*) from tenancy.remains(a)) = 1, 'what remains of a tenant is found';
end $$;

rollback;
