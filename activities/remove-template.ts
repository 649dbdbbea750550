import type { DeleteInput, DeleteResult } from '../contracts/workflow.ts'
import { inTenant } from '../db/client.ts'
import { retireTemplateOnce } from '../db/retire-template.ts'
import type { ActivityContext } from './context.ts'

/** Hides a template. Throws 404.template_not_found and 409.in_use. */
export async function removeTemplate(ctx: ActivityContext, input: DeleteInput): Promise<DeleteResult> {
  const { id, version } = await inTenant(ctx.db, input.tenantId, (tx) => retireTemplateOnce(tx, input.templateId, input, input))
  ctx.wakeRepository(input.tenantId)
  return { templateId: id, version }
}
