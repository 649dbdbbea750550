import type { DeployInput } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import { inTenant } from '../db/client.ts'
import { saveStep } from '../db/deployment-steps.ts'
import { addEvent } from '../db/deployment-events.ts'
import { lockDeploymentsOf, openLocked, setRecordStatus } from '../db/deployments.ts'
import { closeAbandoned } from '../db/orphans.ts'
import { derivedId } from '../db/ids.ts'
import { getTemplate } from '../db/templates.ts'
import type { Group } from '../domain/waves.ts'
import type { ActivityContext } from './context.ts'
import { groupsOf, removalOf } from './run-groups.ts'

export type Begun =
  | { begun: true; groups: Record<string, Group[]>; title: string }
  | { begun: false; recordId: string }

/** Opens the record (if the API has not) and says what to do in which order. */
export async function beginRun(ctx: ActivityContext, run: DeployInput): Promise<Begun> {
  return inTenant(ctx.db, run.tenantId, async (tx) => {
    await closeAbandoned(tx, run)
    const plan = await lockDeploymentsOf(tx, run.planId)
    const opened = await openLocked(tx, run, plan)
    if (!opened.opened) return { begun: false, recordId: opened.recordId }
    const template = await getTemplate(tx, plan.templateId, { deleted: true })
    const client = await tx.selectFrom('clients').select('name').where('id', '=', plan.clientId).executeTakeFirstOrThrow()
    const groups = run.operation === 'deploy' ? await groupsOf(tx, plan) : await removalOf(tx, plan)
    await setRecordStatus(tx, run.recordId, 'running')
    for (const provider of Object.keys(groups)) if (!plan.targets.includes(provider)) await saveStep(tx, { tenantId: run.tenantId, recordId: run.recordId, provider }, { status: 'pending' })
    await addEvent(tx, { tenantId: run.tenantId, recordId: run.recordId, type: 'running', message: `${run.operation === 'deploy' ? 'Deploying' : 'Undeploying'} ${template.name} for ${client.name}` })
    await writeAudit(tx, { ...run, action: `template.${run.operation}`, subjectType: 'plan', subjectId: run.planId, data: { recordId: run.recordId, targets: plan.targets }, id: derivedId('audit', run.recordId, run.operation) })
    return { begun: true, groups, title: `${template.name} for ${client.name}` }
  })
}
