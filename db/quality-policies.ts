import type { QualityPolicy } from '../contracts/quality-policy.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'

/** The tenant's policy, or what holds where it has none of its own. `lock` holds it until the transaction ends. */
export async function getPolicy(tx: Tx, minimum: number, { lock = false } = {}): Promise<QualityPolicy> {
  const query = tx.selectFrom('quality_policies').select(['minimum', 'gated', 'rules'])
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst()
  return row ? { minimum: row.minimum, gated: row.gated, rules: row.rules } : { minimum, gated: ['project'], rules: [] }
}

export async function savePolicy(tx: Tx, tenantId: string, { minimum, gated, rules }: QualityPolicy, by: string): Promise<void> {
  const values = { minimum, gated: [...gated], rules: JSON.stringify(rules), updated_by: by, updated_at: clock }
  await tx.insertInto('quality_policies').values({ tenant_id: tenantId, ...values }).onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(values)).execute()
}
