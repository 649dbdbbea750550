create schema migration;

-- Where each backfill stands: it goes on there when it is called again.
create table migration.progress (
  name text primary key,
  last_id bigint not null,
  changed bigint not null default 0,
  finished_at timestamptz
);

-- Runs a statement over ranges of a bigint key, with a commit after each: $1 < id and id <= $2. Call it outside of a transaction.
create procedure migration.backfill(name text, of_table regclass, statement text, batch int default ${{ variables.batchRows }}, pause interval default '50 milliseconds')
language plpgsql as $$
declare
  reached bigint;
  next_id bigint;
  rows bigint;
begin
  if statement !~ '\$1' or statement !~ '\$2' then
    raise exception 'the statement must hold to the range: where id > $1 and id <= $2';
  end if;
  insert into migration.progress (name, last_id) values (backfill.name, 0) on conflict do nothing;
  select last_id into reached from migration.progress p where p.name = backfill.name;
  loop
    execute format('select max(id) from (select id from %s where id > $1 order by id limit $2) batch', of_table) into next_id using reached, batch;
    exit when next_id is null;
    execute statement using reached, next_id;
    get diagnostics rows = row_count;
    update migration.progress p set last_id = next_id, changed = changed + rows where p.name = backfill.name;
    commit;
    reached := next_id;
    perform pg_sleep_for(pause);
  end loop;
  update migration.progress p set finished_at = now() where p.name = backfill.name;
  commit;
end $$;

-- The table of the worked example, as it was.
create table public.account (
  id bigint generated always as identity primary key,
  mail text${% if variables.example != "not-null" %} not null${% endif %},
  street text,
  city text
);
insert into public.account (mail, street, city) select ${% if variables.example == "not-null" %}case when n % 3 > 0 then n || '@example.com' end${% else %}n || '@example.com'${% endif %}, 'street ' || n, 'city' from generate_series(1, 1000) n;
