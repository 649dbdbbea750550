import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createDatabase, skip } from '../src/database.mjs'
import { make${{ variables.entity | capitalize }} } from '../src/factories.mjs'

describe('two connections at once', { skip }, () => {
  let database
  before(async () => { database = await createDatabase() })
  after(() => database.drop())

  test('of ten equal inserts one goes through', async () => {
    const values = { reference: 'DU-0001'${% if variables.tenants %}, tenant_id: '00000000-0000-4000-8000-00000000000a'${% endif %} }
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => make${{ variables.entity | capitalize }}(database.pool, values)))
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const { reason } of results) if (reason) assert.equal(reason.code, '23505')
  })

  test('an update that names the version it has read loses no other update', async () => {
    const { id, version } = await make${{ variables.entity | capitalize }}(database.pool)
    const update = (amount) => database.pool.query('update ${{ variables.entity }}s set amount_cents = $1 where id = $2 and version = $3', [amount, id, version])
    const counts = (await Promise.all([update(1), update(2)])).map(({ rowCount }) => rowCount)
    assert.deepEqual(counts.sort(), [0, 1])
  })

  test('workers that skip locked rows never take the same one', async () => {
    await database.pool.query('delete from ${{ variables.entity }}s')
    for (let index = 0; index < 4; index += 1) await make${{ variables.entity | capitalize }}(database.pool)
    const clients = await Promise.all(Array.from({ length: 4 }, () => database.pool.connect()))
    try {
      const taken = []
      for (const client of clients) {
        await client.query('begin')
        const { rows } = await client.query('select id from ${{ variables.entity }}s order by created_at limit 1 for update skip locked')
        taken.push(rows[0].id)
      }
      assert.equal(new Set(taken).size, 4)
    } finally {
      for (const client of clients) {
        await client.query('rollback')
        client.release()
      }
    }
  })

  test('what a test does in its transaction is gone afterwards', async () => {
    const { id } = await database.inTransaction((tx) => make${{ variables.entity | capitalize }}(tx))
    const { rowCount } = await database.pool.query('select from ${{ variables.entity }}s where id = $1', [id])
    assert.equal(rowCount, 0)
  })

  test('after a failure inside a savepoint the transaction goes on', () => database.inTransaction(async (tx) => {
    await assert.rejects(tx.savepoint((inner) => make${{ variables.entity | capitalize }}(inner, { amount_cents: -1 })), { code: '23514' })
    assert.ok(await make${{ variables.entity | capitalize }}(tx))
  }))
})
