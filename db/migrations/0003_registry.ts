import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/**
 * Templates that are drafts, deleted, listed by what they are about, and found by their words.
 *
 * The two tables of the search are read by functions alone. Row-level security would keep PostgreSQL from using their
 * indexes, because no operator of full text search is declared leakproof; so the role of the requests has no right on
 * them at all, and each function looks for the transaction's tenant only.
 */
const statements = `
create extension if not exists pg_trgm with schema public;
create extension if not exists unaccent with schema public;
create extension if not exists fuzzystrmatch with schema public;
create extension if not exists btree_gin with schema public;

create function public.tags_of(meta jsonb) returns text[] language sql immutable strict parallel safe as
  'select coalesce(array_agg(tag order by place), ''{}'') from jsonb_array_elements_text(case jsonb_typeof(meta -> ''tags'') when ''array'' then meta -> ''tags'' else ''[]'' end) with ordinality as list (tag, place)';

alter table template_artifacts
  add column status text not null default 'published' check (status in ('draft', 'published')),
  add column category text generated always as (meta ->> 'category') stored,
  add column author text generated always as (meta ->> 'author') stored,
  add column tags text[] not null generated always as (public.tags_of(meta)) stored,
  add column deleted_at timestamptz,
  add column deleted_by text,
  add check ((deleted_at is null) = (deleted_by is null));
create index template_artifacts_created_at on template_artifacts (tenant_id, created_at, id);
create index template_artifacts_updated_at on template_artifacts (tenant_id, updated_at, id);
create index template_artifacts_name on template_artifacts (tenant_id, name, id);
create index template_artifacts_category on template_artifacts (tenant_id, category, created_at, id);

create table template_search (
  tenant_id uuid not null,
  template_id uuid not null,
  kind template_kind not null,
  status text not null,
  category text,
  author text,
  tags text[] not null,
  updated_at timestamptz not null,
  -- What ranks: name and title, tags, description. It stays small, so that ranking many reads little.
  head tsvector not null,
  -- All words, as they are and by their stems.
  document tsvector not null,
  primary key (tenant_id, template_id),
  foreign key (tenant_id, template_id) references template_artifacts (tenant_id, id) on delete cascade
);
-- All words lie apart, so that what is counted and ranked is read in a tenth of the pages.
alter table template_search set (toast_tuple_target = 128);
alter table template_search alter column document set storage external, alter column head set storage main;
create index template_search_document on template_search using gin (tenant_id, document);
create index template_search_updated_at on template_search (tenant_id, updated_at, template_id);

-- What a mistyped word is compared with. A word stays when its last template goes.
create table template_words (
  tenant_id uuid not null references tenants (id) on delete cascade,
  word text collate "C" not null,
  primary key (tenant_id, word)
);
create index template_words_word on template_words using gin (tenant_id, word gin_trgm_ops);

alter table template_search enable row level security;
alter table template_words enable row level security;
create policy tenant on template_search using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy tenant on template_words using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);

create function searched_tenant() returns uuid language sql stable as $$ select nullif(current_setting('app.tenant', true), '')::uuid $$;

create function both_vectors(words text) returns tsvector language sql stable set search_path = public as
  $$ select to_tsvector('english', words) || to_tsvector('simple', words) $$;

-- A tsvector holds less than 1 MB: of very long content the beginning is found. Files that are not text have no words.
create function index_template_of(tenant uuid, template uuid) returns void language plpgsql security definer set search_path = public as $$
declare
  it template_artifacts;
  title text;
  labels text;
  about text;
  body text;
  head tsvector;
begin
  perform set_config('app.upkeep', 'on', true);
  select * into it from template_artifacts where tenant_id = tenant and id = template;
  if it.id is null or it.deleted_at is not null then
    delete from template_search where tenant_id = tenant and template_id = template;
    return;
  end if;
  title := unaccent(left(concat_ws(' ', it.name, it.meta ->> 'title'), 2000));
  labels := unaccent(left(concat_ws(' ', it.category, array_to_string(it.tags, ' ')), 4000));
  about := unaccent(left(coalesce(it.meta ->> 'description', ''), 8000));
  select unaccent(left(coalesce(string_agg(left(leaf #>> '{}', 20000), ' ' order by place), ''), 150000)) into body
  from template_versions, jsonb_path_query(artifact - '{kind,name,version,meta}'::text[], 'strict $.** ? (@.type() == "string")') with ordinality as leaves (leaf, place)
  where tenant_id = tenant and template_id = template and version = it.version and leaf #>> '{}' !~ '^[A-Za-z0-9+/]{200}';
  head := setweight(both_vectors(title), 'A') || setweight(both_vectors(labels), 'B') || setweight(both_vectors(about), 'C');
  insert into template_search values (tenant, template, it.kind, it.status, it.category, it.author, it.tags, it.updated_at, head, head || both_vectors(body))
  on conflict (tenant_id, template_id) do update set kind = excluded.kind, status = excluded.status, category = excluded.category, author = excluded.author,
    tags = excluded.tags, updated_at = excluded.updated_at, head = excluded.head, document = excluded.document;
  -- In one order, so that two templates that bring the same words do not wait for each other in a circle.
  insert into template_words select tenant, list.word from unnest(tsvector_to_array(to_tsvector('simple', concat_ws(' ', title, labels, about, body)))) list (word)
  where length(list.word) between 4 and 40 and list.word ~ '^[[:alpha:]]+$' and not exists (select from template_words held where held.tenant_id = tenant and held.word = list.word)
  order by list.word on conflict do nothing;
end $$;

create function index_template(template uuid) returns void language sql security definer set search_path = public as
  $$ select index_template_of(searched_tenant(), template) $$;

create function is_word_beginning(typed text) returns boolean language sql stable set search_path = public as
  $$ select exists (select from template_words where tenant_id = searched_tenant() and word >= typed collate "C" and word < (typed || chr(1114111)) collate "C") $$;

-- The words that a mistyped one may have meant, nearest first; null where there are words that begin like it, or like its stem. It may itself be the beginning of one.
create function meant_words(typed text) returns text[] language plpgsql stable set search_path = public as $$
declare
  most integer := case when length(typed) > 4 then 2 else 1 end;
begin
  if length(typed) not between 4 and 40 or exists (select from unnest(array[typed] || tsvector_to_array(to_tsvector('english', typed))) word where is_word_beginning(word)) then return null; end if;
  perform set_config('pg_trgm.similarity_threshold', '0.2', true);
  return (select array_agg(word) from (
    select word from template_words, least(levenshtein_less_equal(word, typed, most), levenshtein_less_equal(left(word, length(typed)), typed, most)) distance
    where tenant_id = searched_tenant() and word % typed and distance <= most
    order by distance, similarity(word, typed) desc, word limit 3) nearest);
end $$;

-- One word: by its beginning, its stem, or what it may have meant.
create function word_query(words text[]) returns tsquery language sql stable set search_path = public as $$
  select to_tsquery('simple', string_agg(quote_literal(word) || case when length(word) > 2 or word ~ '[^a-z0-9]' then ':*' else '' end, ' | ')) || to_tsquery('english', string_agg(quote_literal(word), ' | '))
  from unnest(words) word $$;

-- All words, each by its beginning or its stem; with quotes or a minus, as web searches read it. Null where there is no word.
create function search_query(query text, out asked tsquery, out corrected jsonb) language plpgsql stable set search_path = public as $$
declare
  plain text := lower(unaccent(query));
  one text;
  meant text[];
begin
  corrected := '{}';
  if plain ~ '"|(^|\\s)-[[:alnum:]]' then
    asked := websearch_to_tsquery('english', plain);
    return;
  end if;
  for one in select word from regexp_split_to_table(plain, '[^[:alnum:]]+') with ordinality as list (word, place) where word <> '' order by numnode(plainto_tsquery('english', word)) = 0, place limit 20 loop
    -- Words such as "for" say nothing, unless there is no other.
    continue when asked is not null and numnode(plainto_tsquery('english', one)) = 0;
    meant := meant_words(one);
    if meant is not null then corrected := corrected || jsonb_build_object(one, meant); end if;
    asked := coalesce(asked && word_query(coalesce(meant, array[one])), word_query(coalesce(meant, array[one])));
  end loop;
end $$;

-- How many match, how many of each kind, category and tag, and the first after a place. A facet counts what its own filter leaves out, too.
create function search_templates(query text, filters jsonb, place jsonb, size integer) returns jsonb language plpgsql stable security definer set search_path = public set work_mem = '64MB' set jit = off as $$
declare
  asked tsquery;
  corrected jsonb := '{}';
  outcome jsonb;
begin
  if query is not null then select found.asked, found.corrected into asked, corrected from search_query(query) found; end if;
  execute format($sql$
    with matched as materialized (
      select template_id, kind, category, tags, updated_at, %s as score, %s as of_kind, %s as of_category, %s as of_tags
      from template_search
      where tenant_id = $5 and %s and %s and %s and %s and %s
    ),
    hits as (select template_id, updated_at, score from matched where of_kind and of_category and of_tags),
    page as (
      select template_id, updated_at, score from hits
      where $3 is null or (score, updated_at, template_id) < (($3 ->> 0)::real, ($3 ->> 1)::timestamptz, ($3 ->> 2)::uuid)
      order by score desc, updated_at desc, template_id desc limit $4)
    select jsonb_build_object(
      'total', (select count(*) from hits),
      'page', (select coalesce(jsonb_agg(jsonb_build_array(score::text, updated_at::text, template_id) order by score desc, updated_at desc, template_id desc), '[]') from page),
      'kind', (select coalesce(jsonb_object_agg(kind, n), '{}') from (select kind, count(*) as n from matched where of_category and of_tags group by kind) counted),
      'category', (select coalesce(jsonb_object_agg(category, n), '{}') from (select category, count(*) as n from matched where of_kind and of_tags and category is not null group by category order by n desc, category limit 50) counted),
      'tag', (select coalesce(jsonb_object_agg(tag, n), '{}') from (
        select tag, sum(n) as n from (select tags, count(*) as n from matched where of_kind and of_category group by tags) alike, unnest(tags) tag group by tag order by sum(n) desc, tag limit 50) counted))
  $sql$,
    case when query is null then '0::real' else 'ts_rank(''{0.05,0.2,0.5,1}'', head, $1)' end,
    case when filters ? 'kind' then 'kind = any(array(select jsonb_array_elements_text($2 -> ''kind''))::template_kind[])' else 'true' end,
    case when filters ? 'category' then 'coalesce(category = any(array(select jsonb_array_elements_text($2 -> ''category''))), false)' else 'true' end,
    case when filters ? 'tags' then 'tags @> array(select jsonb_array_elements_text($2 -> ''tags''))' else 'true' end,
    case when query is null then 'true' else 'document @@ $1' end,
    case when filters ? 'author' then 'author = $2 ->> ''author''' else 'true' end,
    case when filters ? 'status' then 'status = $2 ->> ''status''' else 'true' end,
    case when filters ? 'updatedFrom' then 'updated_at >= ($2 ->> ''updatedFrom'')::timestamptz' else 'true' end,
    case when filters ? 'updatedTo' then 'updated_at < ($2 ->> ''updatedTo'')::timestamptz' else 'true' end)
  into outcome using asked, filters, place, size, searched_tenant();
  return outcome || jsonb_build_object('corrected', corrected);
end $$;

revoke execute on function index_template_of(uuid, uuid), index_template(uuid), is_word_beginning(text), meant_words(text), search_query(text), search_templates(text, jsonb, jsonb, integer) from public;
grant execute on function index_template(uuid), search_templates(text, jsonb, jsonb, integer) to slipway_app;

create or replace function template_counts() returns table (kind template_kind, category text, count bigint) language sql security definer set search_path = public as
  'select set_config(''app.upkeep'', ''on'', true); select kind, coalesce(category, ''none''), count(*) from template_artifacts where deleted_at is null group by 1, 2';

select set_config('app.upkeep', 'on', true);
select index_template_of(tenant_id, id) from template_artifacts;
`

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw(statements).execute(db)
}
