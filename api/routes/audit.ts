import { inTenant } from '../../db/client.ts'
import { listAudit } from '../../db/audit-list.ts'
import { pageOf } from '../pages.ts'
import type { Handlers } from './index.ts'

export const audit: Pick<Handlers, 'listAudit'> = {
  listAudit: async (ctx, { tenantId, query }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => listAudit(tx, query, pageOf(query))) }),
}
