import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { lint } from '../lint/rules.ts'

const rulesOf = (sql: string, earlier = '') => lint(sql, earlier).map(({ rule }) => rule)
const timed = "set lock_timeout = '1s';\n"

const stopped: [string, string][] = [
  ['alter table t add column c int;', 'lock-timeout'],
  ['create index i on t (c);', 'index-blocks-writes'],
  ['create unique index i on t (c);', 'index-blocks-writes'],
  ['drop index i;', 'index-blocks-writes'],
  ['create index concurrently i on t (c);', 'concurrently-in-transaction'],
  [`${timed}alter table t add constraint f foreign key (a) references b;`, 'validates-at-once'],
  [`${timed}alter table t add check (a > 0);`, 'validates-at-once'],
  [`${timed}alter table t alter column c set not null;`, 'not-null-without-check'],
  [`${timed}alter table t alter column c type bigint;`, 'rewrites-table'],
  [`${timed}alter table t add column c uuid default gen_random_uuid();`, 'rewrites-table'],
  [`${timed}alter table t rename column a to b;`, 'breaks-running-code'],
  [`${timed}alter table t drop column a;`, 'breaks-running-code'],
  ['update t set a = b;', 'unbounded-update'],
  ['delete from t;', 'unbounded-update'],
  ['vacuum full t;', 'blocking-maintenance'],
  ['reindex table t;', 'blocking-maintenance'],
]
for (const [sql, rule] of stopped) test(`${sql.replace(timed, '')} is stopped by ${rule}`, () => { assert.deepEqual(rulesOf(sql), [rule]) })

for (const sql of [
  `${timed}alter table t add column c int default 0;`,
  '-- no-transaction\ncreate index concurrently i on t (c);\ndrop index concurrently j;\nreindex index concurrently i;',
  `${timed}alter table t add constraint f foreign key (a) references b not valid;`,
  'alter table t validate constraint f;',
  `${timed}alter table t drop constraint f;`,
  `${timed}alter table t alter column c drop not null;`,
  'create table t (a int);\nalter table t add check (a > 0);\ncreate index i on t (a);',
  'update t set a = 1 where id between 1 and 1000;',
  "comment on table t is 'update t set a = b; drop table t';",
  'create function f() returns void language sql as $x$ delete from t; update t set a = 1 $x$;',
  '-- update t set a = b;\nselect 1;',
]) test(`${JSON.stringify(sql)} passes`, () => { assert.deepEqual(rulesOf(sql), []) })

const check = 'alter table t add constraint there check (c is not null) not valid;'
const validated = `${check}\nalter table public.t validate constraint there;`
const required = 'alter table t alter column c set not null;'

test('not null passes after a validated check, also one of an earlier file', () => {
  assert.deepEqual(rulesOf(`${timed}${required}`, validated), [])
  assert.deepEqual(rulesOf(`${timed}${validated}\n${required}\nalter table t drop constraint there;`), [])
  assert.deepEqual(rulesOf(`${timed}alter table t validate constraint there;\n${required}`, check), [])
})

for (const [what, earlier] of [
  ['is not validated', check],
  ['is of another table', validated.replace(/table (public\.)?t /g, 'table u ')],
  ['is of another column', validated.replace('(c is', '(d is')],
  ['was not the one that was validated', validated.replace('validate constraint there', 'validate constraint other')],
  ['was validated in another table', validated.replace('public.t', 'public.u')],
  ['is gone', `${validated}\nalter table t drop constraint there;`],
  ['is in a comment', `-- ${validated.replace('\n', ' ')}`],
] as const) test(`not null is stopped when the check ${what}`, () => { assert.deepEqual(rulesOf(`${timed}${required}`, earlier), ['not-null-without-check']) })

test('not null is stopped when the check comes after it, or goes with it', () => {
  assert.deepEqual(rulesOf(`${timed}${required}\n${validated}`), ['not-null-without-check'])
  assert.deepEqual(rulesOf(`${timed}alter table t alter column c set not null, drop constraint there;`, validated), ['not-null-without-check'])
})

test('what is allowed with a reason passes, and that rule alone', () => {
  const sql = `${timed}-- lint: allow breaks-running-code (no code reads it since 1.4)\nalter table t drop column a;\nalter table t drop column b;`
  assert.deepEqual(lint(sql).map(({ line, rule }) => [line, rule]), [[4, 'breaks-running-code']])
  assert.deepEqual(rulesOf(`${timed}-- lint: allow breaks-running-code\nalter table t drop column a;`), ['breaks-running-code'])
})

test('the migrations that ship pass', () => {
  assert.match(execFileSync(process.execPath, ['lint/main.ts'], { cwd: new URL('..', import.meta.url), encoding: 'utf8' }), /nothing that blocks/)
})
