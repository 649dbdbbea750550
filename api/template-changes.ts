import type { ImportInput } from '../contracts/workflow.ts'
import { type Tx, inTenant } from '../db/client.ts'
import { type Template, getTemplate } from '../db/templates.ts'
import type { Call } from './call.ts'
import type { ApiContext } from './context.ts'
import { checkIfMatch } from './etag.ts'
import { wakeRepository } from './repository.ts'

/** The template that is to change. With If-Match the change holds only for what the caller saw, also when another one comes first. */
export async function openChange(ctx: ApiContext, { tenantId, ifMatch }: Pick<Call, 'tenantId' | 'ifMatch'>, idOrName: string): Promise<{ template: Template; changes: NonNullable<ImportInput['changes']> }> {
  const template = await inTenant(ctx.db, tenantId, (tx) => getTemplate(tx, idOrName))
  checkIfMatch(ifMatch, template)
  return { template, changes: { contentRef: ifMatch === undefined || ifMatch.trim() === '*' ? null : template.contentRef } }
}

/** Changes templates; once that is committed, nothing that was kept of them is answered, and their repository is told. */
export async function changed<T>(ctx: ApiContext, { tenantId }: Pick<Call, 'tenantId'>, work: (tx: Tx) => Promise<T>): Promise<T> {
  const result = await inTenant(ctx.db, tenantId, work)
  await ctx.cache.forget(tenantId)
  wakeRepository(ctx, tenantId)
  return result
}
