-- Run after the migrations; raises where the log does not say what happened. Leaves nothing behind.
begin;
create table public.customer (id int primary key, name text, ${% for column in variables.maskedColumns %}${{ column }} text, ${% endfor %}note text);
create table public.keyless (name text);
select audit.watch('public.customer');

do $$
declare
  entry audit.entry;
  count bigint;
begin
  begin
    perform audit.watch('public.keyless');
    assert false, 'a table without a key cannot be watched';
  exception when raise_exception then null;
  end;
${%- if variables.requireActor %}
  begin
    insert into public.customer (id) values (1);
    assert false, 'nobody changes anything without saying who they are';
  exception when insufficient_privilege then null;
  end;
${%- endif %}

  perform audit.act_as('user:1', request => 'r1');
  insert into public.customer (id, name) values (7, 'Eva');
  update public.customer set name = 'Ada' where id = 7;
  select * into entry from audit.history('public.customer', '{"id": 7}') where operation = 'update';
  assert entry.changes = '{"name": ["Eva", "Ada"]}', 'an update is told by the columns that changed';
  assert (entry.actor, entry.request, entry.login) = ('user:1', 'r1', session_user), 'and by who did it';

  update public.customer set name = name;
  select count(*) into count from audit.history('public.customer', '{"id": 7}');
  assert count = 2, 'what changes nothing is not told';
${%- if variables.maskedColumns.size > 0 %}

  update public.customer set ${{ variables.maskedColumns[0] }} = 'secret' where id = 7;
  assert not exists (select from audit.entry where changes::text like '%secret%'), 'masked values are not in the log';
  assert exists (select from audit.entry where changes ? '${{ variables.maskedColumns[0] }}'), 'but that they changed is';
${%- endif %}

  assert audit.as_of('public.customer', '{"id": 7}', clock_timestamp()) ->> 'name' = 'Ada', 'a state is put together again';
  assert audit.as_of('public.customer', '{"id": 7}', entry.at - interval '1 microsecond') ->> 'name' = 'Eva', 'also an earlier one';
  delete from public.customer where id = 7;
  assert audit.as_of('public.customer', '{"id": 7}', clock_timestamp()) is null, 'and that there is none';
  truncate public.customer;
  assert exists (select from audit.entry where operation = 'truncate'), 'truncate is told';

  assert (select count(*) from audit.entry_otherwise) = 0, 'entries are in the partition of their month';
  assert not exists (select from audit.retire()), 'nothing is old yet';
  create table audit.entry_2000_01 partition of audit.entry for values from ('2000-01-01') to ('2000-02-01');
  assert (select array_agg(name) from audit.retire() name) = '{audit.entry_2000_01}', 'what is old may go';
  assert not exists (select from audit.prepare()), 'partitions that are there are not made again';
end $$;

create role audit_test_user;
grant insert, select on public.customer to audit_test_user;
set local role audit_test_user;
do $$ begin
  perform audit.act_as('user:2');
  insert into public.customer (id) values (8);
  begin
    delete from audit.entry;
    assert false, 'whoever is recorded cannot change the log';
  exception when insufficient_privilege then null;
  end;
  begin
    perform audit.write('public.customer', '{}', 'delete', '{}');
    assert false, 'nor make it up';
  exception when insufficient_privilege then null;
  end;
end $$;
reset role;
do $$ begin assert exists (select from audit.entry where actor = 'user:2'), 'though what they do is in it'; end $$;
${%- if variables.tamperEvident %}

do $$
declare
  broken bigint;
begin
  assert not exists (select from audit.verify()), 'the chain is whole';
  assert audit.head() ~ '^\d+:[0-9a-f]{64}$', 'its head can be kept elsewhere';
  update audit.entry set changes = '{"name": ["Eva", "Eve"]}' where operation = 'update' and changes ? 'name' returning id into broken;
  assert (select array_agg(id) from audit.verify()) = array[broken], 'a changed value is found';
  delete from audit.entry where id = broken;
  assert exists (select from audit.verify()), 'and so is a missing entry';
end $$;
${%- endif %}
rollback;
