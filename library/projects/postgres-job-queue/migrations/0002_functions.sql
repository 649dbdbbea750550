-- Adds a job, in the transaction of whoever needs it done. With a key, a job that waits is changed instead.
create function ${{ variables.schema }}.add(
  task text, payload jsonb default '{}', queue text default '${{ variables.queues[0].name }}', run_at timestamptz default now(),
  unique_key text default null, priority int default 0, most_attempts int default ${{ variables.attempts }}
) returns bigint language sql as $$
  insert into ${{ variables.schema }}.job as j (task, payload, queue, run_at, unique_key, priority, most_attempts)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (queue, task, unique_key) where state = 'waiting'
  do update set payload = excluded.payload, run_at = excluded.run_at, priority = excluded.priority, attempts = 0
  returning j.id
$$;

-- Up to so many jobs that are due, leased to a worker. A job whose lease has ended is due again, and used up an attempt.
create function ${{ variables.schema }}.take(of_queue text, for_worker text, most int, lease interval default '1 minute')
returns setof ${{ variables.schema }}.job language plpgsql as $$
begin
  update ${{ variables.schema }}.job set state = 'failed', worker = null, finished_at = now(), last_error = coalesce(last_error, 'its worker died')
  where id in (
    select id from ${{ variables.schema }}.job
    where queue = of_queue and state = 'running' and run_at <= now() and attempts >= most_attempts
    for update skip locked
  );
  return query
    -- Materialized: a subquery that the planner runs again would lock, and take, more than the limit.
    with due as materialized (
      select id from ${{ variables.schema }}.job
      where queue = of_queue and state in ('waiting', 'running') and run_at <= now()
      order by priority desc, run_at
      limit most
      for update skip locked
    )
    update ${{ variables.schema }}.job set state = 'running', worker = for_worker, attempts = job.attempts + 1, run_at = now() + lease
    from due where job.id = due.id
    returning job.*;
end $$;

-- Only the worker that holds a job may settle it: one that was thought dead changes nothing. Answers whether it did.
create function ${{ variables.schema }}.settle(job_id bigint, by_worker text, error text default null, for_good boolean default false)
returns boolean language sql as $$
  update ${{ variables.schema }}.job set
    state = case when error is null then 'done' when for_good or attempts >= most_attempts then 'failed' else 'waiting' end,
    finished_at = case when error is null or for_good or attempts >= most_attempts then now() end,
    run_at = case when error is null then run_at else now() + least(power(2, attempts), 3600) * (0.75 + random() / 2) * interval '1 second' end,
    last_error = coalesce(left(error, 2000), last_error),
    -- Meanwhile an equal job was added: this one's next attempt needs no key any more.
    unique_key = case when error is null or not exists (
      select from ${{ variables.schema }}.job other
      where other.queue = job.queue and other.task = job.task and other.unique_key = job.unique_key and other.state = 'waiting'
    ) then unique_key end,
    worker = null
  where id = job_id and worker = by_worker and state = 'running'
  returning true
$$;

-- Lengthens the leases of those jobs that a worker still does; one that it could not settle runs out.
create function ${{ variables.schema }}.renew(for_worker text, job_ids bigint[], lease interval default '1 minute') returns void language sql as $$
  update ${{ variables.schema }}.job set run_at = now() + lease where worker = for_worker and state = 'running' and id = any (job_ids)
$$;

-- Hands back what a worker that ends has not finished; the attempt does not count.
create function ${{ variables.schema }}.hand_back(by_worker text) returns void language sql as $$
  with held as materialized (
    select id, row_number() over (partition by queue, task, unique_key order by id desc) as nth from ${{ variables.schema }}.job where worker = by_worker and state = 'running'
  )
  update ${{ variables.schema }}.job set
    state = 'waiting', worker = null, attempts = attempts - 1, run_at = now(),
    -- As in settle; and of equal jobs that this worker ran at once, the newest keeps the key.
    unique_key = case when nth = 1 and not exists (
      select from ${{ variables.schema }}.job other
      where other.queue = job.queue and other.task = job.task and other.unique_key = job.unique_key and other.state = 'waiting'
    ) then unique_key end
  from held where job.id = held.id
$$;

create function ${{ variables.schema }}.clean(keep interval default '${{ variables.keepDays }} days') returns bigint language sql as $$
  with gone as (delete from ${{ variables.schema }}.job where state = 'done' and finished_at < now() - keep returning 1) select count(*) from gone
$$;
