import { deleteApiKey, getApiKey, insertApiKey, listApiKeys } from '../../db/api-keys.ts'
import { inTenant } from '../../db/client.ts'
import { newId } from '../../db/ids.ts'
import { audited } from '../audited.ts'
import { demand } from '../auth/rights.ts'
import { newSecret } from '../auth/secrets.ts'
import { pageOf } from '../pages.ts'
import type { Handlers } from './index.ts'

export const apiKeys: Pick<Handlers, 'listApiKeys' | 'createApiKey' | 'getApiKey' | 'deleteApiKey'> = {
  listApiKeys: async (ctx, { tenantId, query }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => listApiKeys(tx, pageOf(query))) }),

  createApiKey: async (ctx, call) => {
    const { tenantId, actor, body: { name, permissions, expiresInDays } } = call
    demand(ctx, call, permissions, 'Giving these permissions')
    const { text, hash } = newSecret('sk', tenantId)
    const key = await inTenant(ctx.db, tenantId, async (tx) => {
      const made = await insertApiKey(tx, { tenantId, id: newId(), name, hash, permissions, days: expiresInDays, createdBy: actor })
      await audited(call, tx, 'api_key.created', made.id, { name, permissions: made.permissions, expiresAt: made.expiresAt })
      return made
    })
    return { status: 201, body: { ...key, key: text }, headers: { Location: `/api/v1/api-keys/${key.id}` } }
  },

  getApiKey: async (ctx, { tenantId, params }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => getApiKey(tx, params.id)) }),

  deleteApiKey: (ctx, call) =>
    inTenant(ctx.db, call.tenantId, async (tx) => {
      const { id, name } = await getApiKey(tx, call.params.id, { lock: true })
      await deleteApiKey(tx, id)
      await audited(call, tx, 'api_key.revoked', id, { name })
      return { status: 204, body: undefined }
    }),
}
