set lock_timeout = '${{ variables.lockTimeout }}';
${% if variables.example == "rename-column" %}
-- mail becomes email. Code of both generations runs for a while: a trigger keeps the two equal.
alter table public.account add column email text;

create function migration.account_email() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    new.email := coalesce(new.email, new.mail);
    new.mail := coalesce(new.mail, new.email);
  elsif new.email is distinct from old.email then
    new.mail := new.email;
  elsif new.mail is distinct from old.mail then
    new.email := new.mail;
  end if;
  return new;
end $$;
create trigger account_email before insert or update on public.account for each row execute function migration.account_email();
${% elsif variables.example == "not-null" %}
-- mail must not be null. From now on nobody writes a null; those that are there are looked at later.
alter table public.account alter column mail set default 'unknown@example.com';
alter table public.account add constraint account_mail_there check (mail is not null) not valid;
${% else %}
-- street and city become a table of their own. A trigger writes both while code of both generations runs.
create table public.address (
  account_id bigint primary key references public.account on delete cascade,
  street text,
  city text
);

create function migration.account_address() returns trigger language plpgsql as $$
begin
  -- What the other trigger has written must not come back.
  if pg_trigger_depth() > 1 then return null; end if;
  if tg_table_name = 'account' then
    insert into public.address (account_id, street, city) values (new.id, new.street, new.city)
    on conflict (account_id) do update set street = excluded.street, city = excluded.city;
  else
    update public.account set street = new.street, city = new.city where id = new.account_id;
  end if;
  return null;
end $$;
create trigger account_address after insert or update of street, city on public.account for each row execute function migration.account_address();
create trigger address_account after insert or update on public.address for each row execute function migration.account_address();
${% endif -%}
