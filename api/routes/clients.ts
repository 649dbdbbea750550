import { inTenant } from '../../db/client.ts'
import { deleteClient, getClient, insertClient, listClients, updateClient } from '../../db/clients.ts'
import { checkIfMatch, etagOf } from '../etag.ts'
import { idFor } from '../ids.ts'
import { pageOf } from '../pages.ts'
import { audited } from '../audited.ts'
import type { Handlers } from './index.ts'

export const clients: Pick<Handlers, 'listClients' | 'createClient' | 'getClient' | 'updateClient' | 'deleteClient'> = {
  listClients: async (ctx, { tenantId, query }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => listClients(tx, query, pageOf(query))) }),

  createClient: (ctx, call) =>
    inTenant(ctx.db, call.tenantId, async (tx) => {
      const { tenantId, actor, body } = call
      const id = idFor(call, 'client')
      const { client, created } = await insertClient(tx, { ...body, tenantId, id, createdBy: actor })
      if (created) await audited(call, tx, 'client.created', client.id, { name: client.name })
      return { status: 201, body: client, headers: { ETag: etagOf(client), Location: `/api/v1/clients/${client.id}` } }
    }),

  getClient: async (ctx, { tenantId, params }) => {
    const client = await inTenant(ctx.db, tenantId, (tx) => getClient(tx, params.id))
    return { status: 200, body: client, headers: { ETag: etagOf(client) } }
  },

  updateClient: (ctx, call) =>
    inTenant(ctx.db, call.tenantId, async (tx) => {
      checkIfMatch(call.ifMatch, await getClient(tx, call.params.id, { lock: true }))
      const client = await updateClient(tx, call.params.id, call.body)
      await audited(call, tx, 'client.updated', client.id, { fields: Object.keys(call.body) })
      return { status: 200, body: client, headers: { ETag: etagOf(client) } }
    }),

  deleteClient: (ctx, call) =>
    inTenant(ctx.db, call.tenantId, async (tx) => {
      const client = await getClient(tx, call.params.id, { lock: true })
      checkIfMatch(call.ifMatch, client)
      await deleteClient(tx, client.id)
      await audited(call, tx, 'client.deleted', client.id, { name: client.name })
      return { status: 204, body: undefined }
    }),
}
