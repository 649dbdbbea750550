-- Fails for what the next migration forgets.
do $$
declare
  wrong text;
begin
  select string_agg(format('%s: %s', oid::regclass, what), '; ') into wrong
  from pg_class, lateral (values
    (not relrowsecurity or not relforcerowsecurity, 'row-level security is not enabled and forced'),
    (not exists (select from pg_policy where polrelid = pg_class.oid and polqual is not null and polwithcheck is not null), 'there is no policy for reading and writing'),
    (exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id' and not attnotnull), 'tenant_id may be null'),
    (has_table_privilege('${{ variables.appRole }}', oid, 'truncate'), '${{ variables.appRole }} may truncate it'),
    (exists (select from pg_index where indrelid = pg_class.oid and indisunique and indkey[0] <> (select attnum from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id')), 'a unique index does not begin with tenant_id')
  ) as checks (is_wrong, what)
  where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and is_wrong
    and exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id' and not attisdropped);
  assert wrong is null, wrong;

  select string_agg(oid::regclass::text, ', ') into wrong from pg_class
  where relkind = 'v' and relnamespace = 'public'::regnamespace and not coalesce(reloptions @> '{security_invoker=true}', false);
  assert wrong is null, 'views that read as their owner: ' || wrong;

  assert (select not rolsuper and not rolbypassrls from pg_roles where rolname = '${{ variables.appRole }}'), '${{ variables.appRole }} could leave row-level security';
  assert not exists (select from pg_class where relowner = '${{ variables.appRole }}'::regrole), '${{ variables.appRole }} owns tables';
end $$;
