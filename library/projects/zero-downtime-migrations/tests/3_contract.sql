-- The last step, as the migration that follows a week later. Here it is tried and taken back.
begin;
set local lock_timeout = '${{ variables.lockTimeout }}';
${% if variables.example == "rename-column" -%}
drop trigger account_email on public.account;
drop function migration.account_email();
alter table public.account add constraint account_email_there check (email is not null) not valid;
alter table public.account validate constraint account_email_there;
-- PostgreSQL drops first: in one statement with this, the check would prove nothing any more.
alter table public.account alter column email set not null;
alter table public.account drop constraint account_email_there, drop column mail;
insert into public.account (email) values ('after');
${% elsif variables.example == "not-null" -%}
-- PostgreSQL takes the validated check as proof, and reads no row.
alter table public.account alter column mail set not null;
alter table public.account drop constraint account_mail_there, alter column mail drop default;
${% else -%}
drop trigger account_address on public.account;
drop trigger address_account on public.address;
drop function migration.account_address();
alter table public.account drop column street, drop column city;
insert into public.account (mail) values ('after');
${% endif -%}
rollback;
