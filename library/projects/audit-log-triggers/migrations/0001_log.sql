create schema audit;

create table audit.entry (
  id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  transaction xid8 not null default pg_current_xact_id(),
  relation text not null,
  key jsonb not null,
  operation text not null check (operation in ('insert', 'update', 'delete', 'truncate')),
  -- Column: [before, after].
  changes jsonb not null,
  actor text,
  request text,
  login text not null default session_user,
  erased boolean not null default false,
${%- if variables.tamperEvident %}
  digest bytea not null,
  hash bytea not null,
${%- endif %}
  primary key (at, id)
) partition by range (at);

create index entry_of_row on audit.entry (relation, (key::text), at);
create index entry_of_actor on audit.entry (actor, at) where actor is not null;
create index entry_of_request on audit.entry (request) where request is not null;

-- What comes when nobody ran prepare() is kept, and not refused.
create table audit.entry_otherwise partition of audit.entry default;
${%- if variables.tamperEvident %}

create table audit.chain (only_one boolean primary key default true check (only_one), head bytea not null, length bigint not null);
insert into audit.chain (head, length) values ('\x00', 0);
${%- endif %}

-- Makes the partitions of this month and the next ones. Answers the names of those that are new.
create function audit.prepare(months int default 3) returns setof text language plpgsql as $$
declare
  first date;
  name text;
begin
  for first in select generate_series(date_trunc('month', now()), date_trunc('month', now()) + make_interval(months => months), '1 month')::date loop
    name := 'entry_' || to_char(first, 'YYYY_MM');
    if to_regclass('audit.' || name) is null then
      execute format('create table audit.%I partition of audit.entry for values from (%L) to (%L)', name, first, (first + interval '1 month')::date);
      return next name;
    end if;
  end loop;
end $$;

-- The partitions that are older than they must be kept. Dropping them is left to whoever has exported them.
create function audit.retire(months int default ${{ variables.keepMonths }}) returns setof text language sql stable as $$
  select inhrelid::regclass::text from pg_inherits
  where inhparent = 'audit.entry'::regclass and inhrelid::regclass::text ~ '^audit\.entry_\d{4}_\d{2}$'
    and to_date(right(inhrelid::regclass::text, 7), 'YYYY_MM') < date_trunc('month', now()) - make_interval(months => months)
  order by 1
$$;

select audit.prepare();
