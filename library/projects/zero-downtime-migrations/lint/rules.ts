export interface Finding { line: number; rule: string; advice: string }
interface Statement { text: string; line: number; allowed: Set<string> }
/** Checks against null by table and name, as the statements so far have left them. */
type NullChecks = Map<string, { column: string; valid: boolean }>
/** What all statements of a file are judged by. */
interface File { inTransaction: boolean; setsLockTimeout: boolean; nullChecks: NullChecks }

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')

/** Without comments, and without what stands in quotation marks or dollars; every line stays where it is. */
const bare = (sql: string): string => sql.replace(/\/\*[\s\S]*?\*\/|--[^\n]*|\$(\w*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'/g, (found) => (found.startsWith("'") ? `''${blank(found).slice(2)}` : found.startsWith('$') ? `$$${blank(found).slice(2)}` : blank(found)))

/** Statements with the line of their first word, and what comments above them allow. */
function statements(sql: string): Statement[] {
  const lines = sql.split('\n')
  let at = 0
  return bare(sql).split(';').flatMap((text) => {
    const first = at + text.search(/\S|$/)
    const from = sql.slice(0, at).split('\n').length
    const line = sql.slice(0, first).split('\n').length
    at += text.length + 1
    if (text.trim() === '') return []
    const comments = lines.slice(from - 1, line - 1).join('\n')
    const allowed = [...comments.matchAll(/--\s*lint: allow ([a-z-]+) \(.{8,}\)/g)].map(([, rule = '']) => rule)
    return [{ text: text.trim().replace(/\s+/g, ' ').toLowerCase(), line, allowed: new Set(allowed) }]
  })
}

const volatile = /\b(random|gen_random_uuid|uuid_generate_v4|clock_timestamp|nextval)\s*\(/
/** The table that is altered; a name without a schema lies in public. */
const alteredBy = (text: string): string => (/^alter table (?:if exists )?(?:only )?([\w."]+)/.exec(text)?.[1] ?? '').replaceAll('"', '').replace(/^(?!.*\.)/, 'public.')

/** PostgreSQL takes a check as proof only when it is of this table, validated, and not dropped by the same statement. */
function isProven(text: string, nullChecks: NullChecks): boolean {
  const table = alteredBy(text)
  const left = [...nullChecks].filter(([name, { valid }]) => valid && !droppedBy(text).includes(name)).map(([, { column }]) => column)
  const required = [...text.matchAll(/(\S+) set not null\b/g)].map(([, column = '']) => column.replaceAll('"', ''))
  return required.every((column) => left.includes(`${table}.${column}`))
}
const droppedBy = (text: string): string[] => [...text.matchAll(/\bdrop constraint (?:if exists )?"?(\w+)"?/g)].map(([, name = '']) => `${alteredBy(text)}.${name}`)

function remember(text: string, nullChecks: NullChecks): void {
  if (!text.startsWith('alter table ')) return
  const table = alteredBy(text)
  for (const name of droppedBy(text)) nullChecks.delete(name)
  for (const [, given, column = '', notValid] of text.matchAll(/\badd (?:constraint "?(\w+)"? )?check ?\( ?"?(\w+)"? is not null ?\)( not valid)?/g)) {
    nullChecks.set(`${table}.${given ?? `${table.replace(/^.*\./, '')}_${column}_check`}`, { column: `${table}.${column}`, valid: notValid === undefined })
  }
  for (const [, name = ''] of text.matchAll(/\bvalidate constraint "?(\w+)"?/g)) {
    const check = nullChecks.get(`${table}.${name}`)
    if (check !== undefined) check.valid = true
  }
}

const rules: Record<string, { advice: string; stops(text: string, file: File): boolean }> = {
  'lock-timeout': { advice: "begin the file with set lock_timeout = '${{ variables.lockTimeout }}'", stops: (text, file) => /^(alter|drop) table\b/.test(text) && !/validate constraint/.test(text) && !file.setsLockTimeout },
  'index-blocks-writes': { advice: 'create index concurrently, in a file that begins with -- no-transaction', stops: (text) => /^(create (unique )?|drop )index (?!concurrently)/.test(text) },
  'concurrently-in-transaction': { advice: 'begin the file with -- no-transaction', stops: (text, file) => /\bconcurrently\b/.test(text) && file.inTransaction },
  'validates-at-once': { advice: 'add it not valid, and validate it in the next file', stops: (text) => /^alter table .*\badd (constraint \S+ )?(foreign key|check)\b/.test(text) && !/\bnot valid\b/.test(text) },
  'not-null-without-check': { advice: 'validate check (… is not null) before it: then it needs no scan', stops: (text, file) => /\bset not null\b/.test(text) && !isProven(text, file.nullChecks) },
  'rewrites-table': { advice: 'add a new column, and fill it in batches', stops: (text) => /^alter table .*\balter column \S+ (set data )?type\b/.test(text) || (/^alter table .*\badd (column )?/.test(text) && /\bdefault\b/.test(text) && volatile.test(text)) || /\bgenerated always as \(.*\) stored/.test(text) && /^alter table/.test(text) },
  'breaks-running-code': { advice: 'expand and contract; a column that no code reads is dropped with -- lint: allow breaks-running-code (since when)', stops: (text) => /^alter table .*\b(rename|drop column|drop (?!constraint|column|not null|default|expression|identity)\w+)\b/.test(text) || /^drop table\b/.test(text) },
  'unbounded-update': { advice: 'call migration.backfill(…), which commits each batch', stops: (text) => (/^update\b/.test(text) || /^delete from\b/.test(text)) && !/\bwhere\b.*(\bbetween\b|<=?|\bin \(|= )/.test(text) },
  'blocking-maintenance': { advice: 'reindex concurrently, or pg_repack', stops: (text) => /^(vacuum (\(?.*\bfull\b)|cluster\b|reindex (?!.*concurrently))/.test(text) },
}

/** What of a migration would stop a busy table or break the code that runs. */
export function lint(sql: string, earlier = ''): Finding[] {
  const nullChecks: NullChecks = new Map()
  for (const { text } of statements(earlier)) remember(text, nullChecks)
  const file: File = { inTransaction: !/^--\s*no-transaction\b/.test(sql), setsLockTimeout: /\bset (local )?lock_timeout\b/i.test(bare(sql)), nullChecks }
  const created = new Set(statements(sql).flatMap(({ text }) => /^create table (?:if not exists )?([\w.]+)/.exec(text)?.[1] ?? []))
  return statements(sql).flatMap(({ text, line, allowed }) => {
    // Nobody waits for a table that this file makes.
    const table = /^(?:alter table|create (?:unique )?index .* on|update|delete from) (?:only )?(?:if exists )?([\w.]+)/.exec(text)?.[1]
    const findings = table !== undefined && created.has(table) ? [] : Object.entries(rules).flatMap(([rule, { advice, stops }]) => (!allowed.has(rule) && stops(text, file) ? [{ line, rule, advice }] : []))
    remember(text, nullChecks)
    return findings
  })
}
