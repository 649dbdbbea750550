${%- if variables.tenants -%}
import { randomUUID } from 'node:crypto'

${% endif -%}
let count = 0

/** Inserts one with sensible values; `values` are those that the test is about. */
export async function make${{ variables.entity | capitalize }}(client, values = {}) {
  count += 1
  const row = { ${% if variables.tenants %}tenant_id: randomUUID(), ${% endif %}reference: `ZZ-${String(count).padStart(4, '0')}`, amount_cents: 1000, ...values }
  const names = Object.keys(row)
  const { rows } = await client.query(
    `insert into ${{ variables.entity }}s (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')}) returning *`,
    Object.values(row),
  )
  return rows[0]
}
