-- no-transaction: a backfill commits
do $$ begin
  assert (select finished_at is not null and last_id = 1000 from migration.progress), 'the backfill came to its end';
  assert (select changed > 0 from migration.progress), 'and changed something';
end $$;
insert into public.account (mail) select 'late' || n from generate_series(1, 25) n;
call migration.backfill('again', 'public.account', 'update public.account set city = ''new'' where id > $1 and id <= $2 and id > 1000', batch => 10, pause => '0');
do $$ begin
  assert (select changed = 25 from migration.progress where name = 'again'), 'batches leave out no row and count none twice';
end $$;
do $$ begin
  call migration.backfill('wrong', 'public.account', 'update public.account set city = null');
  assert false, 'a statement without a range is refused';
exception when raise_exception then null;
end $$;
