import { jsonObject } from '../contracts/artifact.ts'
import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { PlanInput } from '../contracts/workflow.ts'
import { putBlob, readBlob } from '../db/blobs.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { getInstance, readSecretVariables } from '../db/instances.ts'
import type { Instance } from '../db/instances.ts'
import { getVersionById } from '../db/template-versions.ts'
import { getTemplate } from '../db/templates.ts'
import type { ActivityContext } from './context.ts'

async function checkSubject(ctx: ActivityContext, tx: Tx, input: PlanInput): Promise<void> {
  await getTemplate(tx, input.templateId)
  if (!(await tx.selectFrom('clients').select('id').where('id', '=', input.clientId).executeTakeFirst())) {
    throw new DomainError('404.client_not_found', `There is no client ${input.clientId}`)
  }
  const targets = ctx.registry.targets()
  const unknown = input.targets.findIndex((target) => !targets.includes(target))
  if (unknown >= 0) {
    throw new DomainError('400.request_invalid', `There is no target ${input.targets[unknown] ?? ''}: use ${targets.join(', ')}`, { errors: [{ pointer: `/targets/${String(unknown)}`, message: `must be one of ${targets.join(', ')}` }] })
  }
}

/** The instance to plan with: the one named, or (`blobRef`) the customization that must be made first, its variables merged over the named instance's. */
export async function choosePlanInstance(ctx: ActivityContext, input: PlanInput): Promise<{ instanceId: string } | { blobRef: string }> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    await checkSubject(ctx, tx, input)
    const base = input.instanceId === undefined ? undefined : await getInstance(tx, input.instanceId)
    if (base && base.templateId !== input.templateId) throw new DomainError('404.instance_not_found', `Instance ${base.id} belongs to another template`)
    if (base && input.blobRef === undefined) return { instanceId: base.id }
    const more = input.blobRef === undefined ? {} : jsonObject.parse(await readBlob(tx, ctx.vault, input.tenantId, input.blobRef))
    return { blobRef: await mergedCustomization(ctx, tx, input.tenantId, base, more) }
  })
}

/** A customization like the instance's, with some variables changed. */
export async function mergedCustomization(ctx: ActivityContext, tx: Tx, tenantId: string, base: Instance | undefined, more: JsonObject): Promise<string> {
  const before = base ? { ...base.variables, ...(await readSecretVariables(tx, ctx.vault, tenantId, base.id)) } : {}
  const same: JsonObject = base ? { version: (await getVersionById(tx, base.versionId)).version, kbRefs: base.kbRefs, useLlm: base.useLlm } : {}
  return putBlob(tx, ctx.vault, tenantId, { ...same, variables: { ...before, ...more } })
}
