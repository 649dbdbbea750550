import { inTenant } from '../../db/client.ts'
import { deleteKbDocument, getKbDocument, insertKbDocument, listKbDocuments, updateKbDocument } from '../../db/kb-documents.ts'
import { checkIfMatch, etagOf } from '../etag.ts'
import { idFor } from '../ids.ts'
import { pageOf } from '../pages.ts'
import { audited } from '../audited.ts'
import type { Handlers } from './index.ts'

export const kb: Pick<Handlers, 'listKbDocuments' | 'createKbDocument' | 'getKbDocument' | 'updateKbDocument' | 'deleteKbDocument'> = {
  listKbDocuments: async (ctx, { tenantId, query }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => listKbDocuments(tx, query, pageOf(query))) }),

  createKbDocument: (ctx, call) =>
    inTenant(ctx.db, call.tenantId, async (tx) => {
      const { tenantId, actor, body } = call
      const id = idFor(call, 'kb document')
      const { document, created } = await insertKbDocument(tx, { ...body, tenantId, id, createdBy: actor })
      if (created) await audited(call, tx, 'kb_document.created', document.id, { ref: document.ref })
      return { status: 201, body: document, headers: { ETag: etagOf(document), Location: `/api/v1/kb/documents/${document.id}` } }
    }),

  getKbDocument: async (ctx, { tenantId, params }) => {
    const document = await inTenant(ctx.db, tenantId, (tx) => getKbDocument(tx, params.id))
    return { status: 200, body: document, headers: { ETag: etagOf(document) } }
  },

  updateKbDocument: (ctx, call) =>
    inTenant(ctx.db, call.tenantId, async (tx) => {
      const current = await getKbDocument(tx, call.params.id, { lock: true })
      checkIfMatch(call.ifMatch, current)
      const document = await updateKbDocument(tx, current.id, call.body)
      await audited(call, tx, 'kb_document.updated', document.id, { fields: Object.keys(call.body) })
      return { status: 200, body: document, headers: { ETag: etagOf(document) } }
    }),

  deleteKbDocument: (ctx, call) =>
    inTenant(ctx.db, call.tenantId, async (tx) => {
      const current = await getKbDocument(tx, call.params.id, { lock: true })
      checkIfMatch(call.ifMatch, current)
      await deleteKbDocument(tx, current.id)
      await audited(call, tx, 'kb_document.deleted', current.id, { ref: current.ref })
      return { status: 204, body: undefined }
    }),
}
