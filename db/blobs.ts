import type { Json } from '../contracts/json.ts'
import { canonical } from '../domain/canonical.ts'
import { parseJson } from '../domain/json.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import type { Vault } from './vault.ts'

/** Stores a body that is too large or too secret for a workflow's input; equal bodies have equal refs. */
export async function putBlob(tx: Tx, vault: Vault, tenantId: string, value: Json): Promise<string> {
  const text = canonical(value)
  const ref = vault.fingerprint(tenantId, text)
  await tx.insertInto('blobs')
    .values({ tenant_id: tenantId, ref, content: vault.seal(tenantId, text) })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'ref']).doUpdateSet({ created_at: clock }))
    .execute()
  return ref
}

export async function readBlob(tx: Tx, vault: Vault, tenantId: string, ref: string): Promise<Json> {
  const { content } = await tx.selectFrom('blobs').select('content').where('ref', '=', ref).executeTakeFirstOrThrow()
  return parseJson(vault.open(tenantId, content))
}
