import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createDatabase, skip, sqlFiles } from '../src/database.mjs'

let database
before(async () => { if (!skip) database = await createDatabase() })
after(() => database?.drop())

test('migrations are numbered from 0001 without a gap', () => {
  const numbers = sqlFiles('migrations').map(({ name }) => Number(/^(\d{4})_/.exec(name)?.[1]))
  assert.deepEqual(numbers, numbers.map((_, index) => index + 1))
})

test('no migration ends its own transaction, and none drops what holds data unnoticed', () => {
  for (const { name, text } of sqlFiles('migrations')) {
    assert.doesNotMatch(text, /^\s*(commit|rollback)\s*;/im, name)
    if (/\bdrop\s+(table|column)\b/i.test(text)) assert.match(text, /-- data loss accepted:/i, `${name}: say "-- data loss accepted: <why>"`)
  }
})

for (const { name, text } of sqlFiles('tests')) {
  test(name, { skip }, async () => {
    const client = await database.pool.connect()
    try {
      await client.query(text)
    } finally {
      await client.query('rollback').catch(() => {})
      client.release()
    }
  })
}
