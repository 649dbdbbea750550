import type pg from 'pg'

const list = (...words: string[]): string => `array[${words.map((word) => `'${word}'`).join(', ')}]`
const oneOf = (array: string): string => `(${array})[1 + floor(random() * array_length(${array}, 1))::int]`

const trades = list('Dental', 'Legal', 'Plumber', 'Clinic', 'Realtor', 'Roofing', 'Salon', 'Gym', 'Lawyer', 'Insurance', 'Veterinary', 'Restaurant', 'Hotel', 'Garage', 'School')
const roles = list('receptionist', 'booking agent', 'lead qualifier', 'reminders', 'follow-up', 'intake', 'survey', 'appointment desk', 'invoice helper', 'review collector')
const kinds = list('retell', 'n8n', 'ghl', 'prompt', 'project', 'service')
const categories = list('healthcare', 'trades', 'real estate', 'legal', 'hospitality')
const tags = list('voice', 'sms', 'booking', 'crm', 'email', 'intake', 'german', 'english')

/**
 * So many templates of one tenant, the same each time, each with sixty words of content. Few words are in nearly all and most in few, as in any language:
 * of 5,000 words the n-th is about as frequent as 1/n².
 */
export async function fill(client: pg.Client, tenantId: string, size: number): Promise<void> {
  await client.query("begin; select setseed(0.42), set_config('app.upkeep', 'on', true)")
  await client.query(`
    insert into template_artifacts (tenant_id, id, kind, name, content_ref, version, created_by, created_at, updated_at, meta)
    select $1::uuid, gen_random_uuid(), ${oneOf(kinds)}::template_kind, ${oneOf(trades)} || ' ' || ${oneOf(roles)} || ' ' || n, 'sha256:' || repeat('a', 64), '1.0.0', 'bench',
      now() - n * interval '1 minute', now() - n * interval '1 minute',
      jsonb_build_object('title', ${oneOf(trades)} || ' ' || ${oneOf(roles)}, 'description', 'A template for ' || ${oneOf(trades)} || ' offices', 'category', ${oneOf(categories)}, 'tags', jsonb_build_array(${oneOf(tags)}, ${oneOf(tags)}), 'author', 'author' || n % 50)
    from generate_series(1, $2::int) n`, [tenantId, size])
  await client.query(`
    insert into template_versions (tenant_id, id, template_id, version, content_ref, artifact, created_by)
    select tenant_id, gen_random_uuid(), id, '1.0.0', content_ref, jsonb_build_object('kind', kind, 'name', name, 'resources', jsonb_build_object('brain', jsonb_build_object('provider', 'retell', 'type', 'llm', 'spec', jsonb_build_object('general_prompt',
      (select string_agg('word' || (1 + floor(power(random(), 3) * 5000)::int), ' ') from generate_series(1, 60) where id is not null))))), 'bench'
    from template_artifacts where tenant_id = $1`, [tenantId])
  await client.query('select index_template_of(tenant_id, id) from template_artifacts where tenant_id = $1', [tenantId])
  await client.query('commit')
  await client.query('analyze template_artifacts; analyze template_search; analyze template_words')
}
