-- Between expanding and contracting the code of both generations works.
begin;
do $$
declare
  one bigint;
begin
${%- if variables.example == "rename-column" %}
  insert into public.account (mail) values ('old@code') returning id into one;
  assert (select email = 'old@code' from public.account where id = one), 'the new code sees what the old one writes';
  update public.account set email = 'new@code' where id = one;
  assert (select mail = 'new@code' from public.account where id = one), 'and the old what the new one writes';
  update public.account set mail = 'old@again' where id = one;
  assert (select email = 'old@again' from public.account where id = one), 'and so on';
  assert not exists (select from public.account where email is distinct from mail), 'nothing is left over';
  assert (select indisvalid from pg_index where indexrelid = 'public.account_email_key'::regclass), 'the index is valid';
${%- elsif variables.example == "not-null" %}
  insert into public.account (city) values ('x') returning id into one;
  assert (select mail = 'unknown@example.com' from public.account where id = one), 'code that says nothing writes no null';
  begin
    update public.account set mail = null where id = one;
    assert false, 'and nobody else does';
  exception when check_violation then null;
  end;
  assert (select convalidated from pg_constraint where conname = 'account_mail_there'), 'those that were there are filled in';
${%- else %}
  insert into public.account (mail, city) values ('a', 'Rome') returning id into one;
  assert (select city = 'Rome' from public.address where account_id = one), 'the new code sees what the old one writes';
  update public.address set city = 'Oslo' where account_id = one;
  assert (select city = 'Oslo' from public.account where id = one), 'and the old what the new one writes';
  delete from public.account where id = one;
  assert not exists (select from public.account a left join public.address b on b.account_id = a.id where (a.street, a.city) is distinct from (b.street, b.city)), 'nothing is left over';
${%- endif %}
end $$;
rollback;
