-- Run on an empty database after the migrations; raises where a promise is broken.
do $$
declare
  first bigint;
  second bigint;
  taken ${{ variables.schema }}.job;
begin
  first := ${{ variables.schema }}.add('mail', '{"to": 1}', unique_key => 'k', queue => 'q');
  second := ${{ variables.schema }}.add('mail', '{"to": 2}', unique_key => 'k', queue => 'q');
  assert first = second, 'a key that waits makes no second job';

  select * into taken from ${{ variables.schema }}.take('q', 'w1', 10);
  assert taken.payload = '{"to": 2}', 'the waiting job was changed';
  assert not exists (select from ${{ variables.schema }}.take('q', 'w2', 10)), 'nobody takes what is taken';
  assert ${{ variables.schema }}.add('mail', unique_key => 'k', queue => 'q') <> first, 'what runs does not hold the key';

  assert ${{ variables.schema }}.settle(first, 'w2') is null, 'another worker may not settle it';
  assert ${{ variables.schema }}.settle(first, 'w1', error => 'no network'), 'its own worker may';
  assert (select state = 'waiting' and run_at > now() and unique_key is null and last_error = 'no network' from ${{ variables.schema }}.job where id = first), 'it waits for another attempt';
  delete from ${{ variables.schema }}.job;

  first := ${{ variables.schema }}.add('fragile', queue => 'q', most_attempts => 1);
  perform ${{ variables.schema }}.take('q', 'dead', 1, lease => '-1 second');
  assert not exists (select from ${{ variables.schema }}.take('q', 'w', 1)), 'an abandoned job without attempts is not taken';
  assert (select state = 'failed' and last_error = 'its worker died' from ${{ variables.schema }}.job where id = first), 'but failed';

  first := ${{ variables.schema }}.add('low', queue => 'q');
  second := ${{ variables.schema }}.add('high', queue => 'q', priority => 5);
  assert (select id = second from ${{ variables.schema }}.take('q', 'w', 1)), 'the higher priority goes first';
  perform ${{ variables.schema }}.hand_back('w');
  assert (select attempts = 0 and state = 'waiting' from ${{ variables.schema }}.job where id = second), 'what is handed back is as before';
  delete from ${{ variables.schema }}.job;

  perform ${{ variables.schema }}.add('small', queue => 'q') from generate_series(1, 5);
  assert (select count(*) = 2 from ${{ variables.schema }}.take('q', 'w', 2)), 'no more are taken than were asked for';
  select min(id) into first from ${{ variables.schema }}.job where state = 'running';
  perform ${{ variables.schema }}.renew('w', array[first], lease => '5 minutes');
  assert (select count(*) = 1 and min(id) = first from ${{ variables.schema }}.job where state = 'running' and run_at > now() + interval '2 minutes'), 'the named leases alone are lengthened';
  perform ${{ variables.schema }}.renew('other', array[first], lease => '9 minutes');
  assert not exists (select from ${{ variables.schema }}.job where run_at > now() + interval '8 minutes'), 'and by their own worker alone';
  delete from ${{ variables.schema }}.job;

  first := ${{ variables.schema }}.add('mail', unique_key => 'k', queue => 'q');
  perform ${{ variables.schema }}.take('q', 'w', 1);
  perform ${{ variables.schema }}.hand_back('w');
  assert ${{ variables.schema }}.add('mail', unique_key => 'k', queue => 'q') = first, 'what is handed back keeps its key';
  perform ${{ variables.schema }}.take('q', 'w', 1);
  second := ${{ variables.schema }}.add('mail', unique_key => 'k', queue => 'q');
  perform ${{ variables.schema }}.take('q', 'w', 1);
  perform ${{ variables.schema }}.hand_back('w');
  assert (select array_agg(unique_key order by id) = array[null, 'k'] from ${{ variables.schema }}.job), 'of two, the newer one';
  delete from ${{ variables.schema }}.job;

  first := ${{ variables.schema }}.add('mail', unique_key => 'k', queue => 'q');
  perform ${{ variables.schema }}.take('q', 'w', 1);
  second := ${{ variables.schema }}.add('mail', unique_key => 'k', queue => 'q');
  perform ${{ variables.schema }}.hand_back('w');
  assert (select unique_key is null from ${{ variables.schema }}.job where id = first), 'where an equal job waits, it needs none';
  delete from ${{ variables.schema }}.job;
end $$;
