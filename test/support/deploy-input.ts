import { randomUUID } from 'node:crypto'
import type { DeployInput } from '../../contracts/workflow.ts'

/** A new run that deploys a plan, unless it says otherwise. */
export const deployInput = ({ tenantId, planId }: Pick<DeployInput, 'tenantId' | 'planId'>, more: Partial<DeployInput> = {}): DeployInput => ({
  tenantId, actor: 'ada', correlationId: 'c1', planId, recordId: randomUUID(), operation: 'deploy', destroy: false, policy: { attempts: 6, initialMs: 1, maxMs: 1, parkedMs: 1 }, ...more,
})
