-- no-transaction: each batch commits by itself
${% if variables.example == "rename-column" -%}
call migration.backfill('account.email', 'public.account', 'update public.account set email = mail where id > $1 and id <= $2 and email is null', pause => '0');
create unique index concurrently account_email_key on public.account (email);
${% elsif variables.example == "not-null" -%}
call migration.backfill('account.mail', 'public.account', 'update public.account set mail = ''unknown-'' || id || ''@example.com'' where id > $1 and id <= $2 and mail is null', pause => '0');
alter table public.account validate constraint account_mail_there;
${% else -%}
call migration.backfill('account.address', 'public.account', 'insert into public.address (account_id, street, city) select id, street, city from public.account where id > $1 and id <= $2 on conflict do nothing', pause => '0');
${% endif -%}
