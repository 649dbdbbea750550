create schema ${{ variables.schema }};

create table ${{ variables.schema }}.job (
  id bigint generated always as identity primary key,
  queue text not null,
  task text not null,
  payload jsonb not null,
  unique_key text,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  priority smallint not null default 0,
  attempts smallint not null default 0,
  most_attempts smallint not null check (most_attempts > 0),
  run_at timestamptz not null default now(),
  worker text,
  last_error text,
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  check ((state = 'running') = (worker is not null)),
  check ((state in ('done', 'failed')) = (finished_at is not null))
)
-- Each job is updated a few times and deleted: clean up early and often.
with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

-- A running job's run_at is the end of its lease: one index finds what is due and what was abandoned.
create index job_due on ${{ variables.schema }}.job (queue, priority desc, run_at) where state in ('waiting', 'running');
create index job_finished on ${{ variables.schema }}.job (finished_at) where state = 'done';
create unique index job_unique_key on ${{ variables.schema }}.job (queue, task, unique_key) where state = 'waiting';

create function ${{ variables.schema }}.tell() returns trigger language plpgsql as $$
begin
  perform pg_notify('${{ variables.schema }}', new.queue);
  return null;
end $$;
create trigger told after insert on ${{ variables.schema }}.job for each row execute function ${{ variables.schema }}.tell();
