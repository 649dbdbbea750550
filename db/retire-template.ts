import { DomainError } from '../contracts/errors.ts'
import type { Origin } from '../contracts/workflow.ts'
import { writeAudit } from './audit.ts'
import type { Tx } from './client.ts'
import { listDependents } from './dependents.ts'
import { derivedId } from './ids.ts'
import { type Template, getTemplate, setDeleted } from './templates.ts'

interface Options {
  /** Although something of it is deployed. */
  force: boolean
  auditId?: string
}

/** Hides a template that is held. Throws 409.in_use naming what is deployed of it, unless `force`. */
export async function retireTemplate(tx: Tx, template: Template, { tenantId, actor, correlationId }: Origin, { force, auditId }: Options): Promise<void> {
  const dependents = force ? [] : await listDependents(tx, template.id)
  const [first] = dependents
  if (first) throw new DomainError('409.in_use', `"${template.name}" is deployed for ${first.client}${dependents.length > 1 ? ` and ${String(dependents.length - 1)} more` : ''}: undeploy it first, or send force=true to keep what is deployed`, { extra: { dependents: dependents.map((one) => ({ ...one })) } })
  await setDeleted(tx, template.id, actor)
  await writeAudit(tx, { tenantId, actor, correlationId, ...(auditId === undefined ? {} : { id: auditId }), action: 'template.deleted', subjectType: 'template', subjectId: template.id, data: { name: template.name, force } })
}

/** The same for a run, of which a try may follow one that succeeded unheard. */
export async function retireTemplateOnce(tx: Tx, templateId: string, origin: Origin, { force }: { force: boolean }): Promise<Template> {
  const auditId = derivedId('audit', origin.correlationId, 'template.deleted', templateId)
  const template = await getTemplate(tx, templateId, { deleted: true, lock: true })
  if (await tx.selectFrom('audit_events').select('id').where('id', '=', auditId).executeTakeFirst()) return template
  if (template.deletedAt !== undefined) throw new DomainError('404.template_not_found', `There is no template ${templateId}`)
  await retireTemplate(tx, template, origin, { force, auditId })
  return template
}
