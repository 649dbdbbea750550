import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'

const encrypted = ${{ variables.encrypt }}
const suffix = encrypted ? '.dump.age' : '.dump'
const scripts = new URL('../scripts/', import.meta.url).pathname
let root: string
let backups: string

/** Programs of PostgreSQL that do what a test asks of them, and write down how they were called. */
function program(name: string, body: string): void {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\necho "${name} $*" >> "$CALLS"\n${body}\n`)
  chmodSync(join(root, 'bin', name), 0o755)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'backup-'))
  backups = join(root, 'backups')
  mkdirSync(join(root, 'bin'))
  mkdirSync(backups)
  writeFileSync(join(root, 'keys'), 'age1…\n')
  program('pg_dump', 'echo content of the dump')
  program('pg_restore', 'true')
  program('createdb', 'true')
  program('dropdb', 'true')
  program('psql', 'echo t')
  program('age', 'if [ "$1" = --decrypt ]; then cat "$4"; else cat; fi')
})
afterEach(() => { rmSync(root, { recursive: true }) })

function run(script: string, args: string[] = [], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync('bash', [join(scripts, script), ...args], {
    encoding: 'utf8',
    env: { PATH: `${join(root, 'bin')}:${process.env['PATH']}`, CALLS: join(root, 'calls'), BACKUP_ENV: '/none', BACKUP_DIR: backups, PGHOST: 'live', DRILL_PGHOST: 'drill', AGE_RECIPIENTS: join(root, 'keys'), AGE_IDENTITY: join(root, 'keys'), ...env },
  })
  return { status, output: stdout + stderr }
}
const calls = () => (existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8') : '')
const copies = () => readdirSync(backups).filter((name) => name.endsWith(suffix)).sort()
function copy(stamp: string, content = 'x'): void {
  const name = `${{ variables.database }}-${stamp}${suffix}`
  writeFileSync(join(backups, name), content)
  writeFileSync(join(backups, `${name}.sha256`), `${createHash('sha256').update(content).digest('hex')}  ${name}\n`)
}

test('a backup makes a copy with its check sum', () => {
  const { status, output } = run('backup.sh')
  assert.equal(status, 0, output)
  assert.match(output, /^backup=ok file=\S+ bytes=\d+ seconds=\d+ shrunk=no$/m)
  assert.equal(copies().length, 1)
  assert.match(calls(), /pg_dump .*${{ variables.database }}/)
  assert.equal(calls().includes('age --encrypt'), encrypted)
})

test('a dump that fails leaves no copy, and the next run cleans up', () => {
  program('pg_dump', 'echo half; exit 1')
  const { status, output } = run('backup.sh')
  assert.equal(status, 1)
  assert.match(output, /backup=failed/)
  assert.equal(copies().length, 0)
  program('pg_dump', 'echo content of the dump')
  run('backup.sh')
  assert.ok(!readdirSync(backups).some((name) => name.endsWith('.part')))
})

test('a copy much smaller than the one before is pointed out', () => {
  copy('20200101T020000Z', 'x'.repeat(1000))
  assert.match(run('backup.sh').output, /shrunk=yes/)
})

test('a restored copy that gives the proof passes the drill, and is dropped', () => {
  copy('20260101T020000Z')
  copy('20260102T020000Z')
  const { status, output } = run('restore-drill.sh')
  assert.equal(status, 0, output)
  assert.match(output, /drill=ok file=${{ variables.database }}-20260102/)
  assert.match(calls(), /pg_restore --dbname=drill_.* --no-owner --no-privileges .*\n(.*\n)*dropdb .*drill_/)
})

for (const [what, reason, spoil] of [
  ['a copy that was changed', /check sum/, () => { writeFileSync(join(backups, `${{ variables.database }}-20260101T020000Z${suffix}`), 'other') }],
  ['a restore that fails', /pg_restore failed/, () => { program('pg_restore', 'exit 1') }],
  ['a proof that is not given', /answered 'f'/, () => { program('psql', 'echo f') }],
] as const) {
  test(`${what} fails the drill, and the scratch database is dropped all the same`, () => {
    copy('20260101T020000Z')
    spoil()
    const { status, output } = run('restore-drill.sh')
    assert.equal(status, 1)
    assert.match(output, reason)
    assert.equal(calls().includes('createdb'), calls().includes('dropdb'))
  })
}

test('the drill never touches the server that is backed up', () => {
  copy('20260101T020000Z')
  const { status, output } = run('restore-drill.sh', [], { DRILL_PGHOST: 'live' })
  assert.equal(status, 1)
  assert.match(output, /the server that is backed up/)
  assert.equal(calls(), '')
})

test('pruning keeps days, weeks and months, and the newest of each', () => {
  const day = 86_400_000
  const now = Date.UTC(2026, 5, 15, 12)
  for (let n = 0; n < 120; n++) copy(`${new Date(now - n * day).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`)
  const before = copies()
  assert.match(run('prune.sh', ['--dry-run'], { NOW: String(now / 1000) }).output, /would delete/)
  assert.deepEqual(copies(), before)
  const { status, output } = run('prune.sh', [], { NOW: String(now / 1000) })
  assert.equal(status, 0, output)
  const kept = copies()
  const ages = kept.map((name) => Math.round((now - Date.parse(name.replace(/^.*-(\d{4})(\d\d)(\d\d)T.*$/, '$1-$2-$3T12:00:00Z'))) / day)).sort((a, b) => a - b)
  assert.deepEqual(ages.slice(0, ${{ variables.keepDaily }}), Array.from({ length: ${{ variables.keepDaily }} }, (_, n) => n))
  assert.ok(kept.length <= ${{ variables.keepDaily }} + ${{ variables.keepWeekly }} + ${{ variables.keepMonthly }} + 2, `${kept.length} are kept`)
  assert.ok(kept.length >= ${{ variables.keepDaily }} + Math.min(${{ variables.keepMonthly }}, 3) - 1, `${kept.length} are kept`)
})

test('the last copy is never deleted, however old it is', () => {
  copy('20100101T020000Z')
  assert.match(run('prune.sh').output, /kept=1 deleted=0/)
})
