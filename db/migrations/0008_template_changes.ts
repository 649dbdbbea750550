import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Whoever keeps templates in memory hears, with the commit, whose templates changed. A version that is added changes nothing that could be kept. */
const statements = `
create function tell_template_change() returns trigger language plpgsql set search_path = public as $$
begin
  perform pg_notify('slipway_templates', coalesce(new.tenant_id, old.tenant_id)::text);
  return null;
end $$;
create trigger template_artifacts_tell after insert or update or delete on template_artifacts for each row execute function tell_template_change();
create trigger template_versions_tell after update or delete on template_versions for each row execute function tell_template_change();
`

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw(statements).execute(db)
}
