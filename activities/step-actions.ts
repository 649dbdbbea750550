import type { ActionInput, ActionName } from '../contracts/actions.ts'
import { DomainError } from '../contracts/errors.ts'
import type { DefinitionRunInput, StepOrder } from '../contracts/workflows.ts'
import { putBlob } from '../db/blobs.ts'
import type { Tx } from '../db/client.ts'
import { derivedId } from '../db/ids.ts'
import { getPlan } from '../db/plans.ts'
import { getTemplate } from '../db/templates.ts'
import { toJson } from '../domain/json.ts'
import type { ActivityContext } from './context.ts'
import { keptSecrets } from './kept-secrets.ts'
import { inputOf } from './step-input.ts'
import type { Part } from './step-scope.ts'

type OrderOf<N extends ActionName> = (ctx: ActivityContext, tx: Tx, run: DefinitionRunInput, part: Part, given: ActionInput<N>) => Promise<StepOrder>

/** What may be asked again without harm, is: three times unless the step says otherwise. */
const isSafe = (method: string): boolean => method === 'GET'

function act({ step }: Part, { attempts, timeoutMs }: { attempts: number; timeoutMs: number }): StepOrder {
  const { retry } = step
  return { do: 'act', attempts: retry?.attempts ?? attempts, initialMs: (retry?.initialSeconds ?? 1) * 1_000, maxMs: (retry?.maxSeconds ?? 30) * 1_000, factor: retry?.factor ?? 2, timeoutMs }
}

const originOf = ({ tenantId, actor, correlationId }: DefinitionRunInput) => ({ tenantId, actor, correlationId })

/** How each action is carried out: one for every action of the registry, or it does not compile. */
const orders: { [N in ActionName]: OrderOf<N> } = {
  sleep: (_ctx, _tx, _run, _part, { seconds }) => Promise.resolve({ do: 'sleep', ms: Math.round(seconds * 1_000) }),

  'http.request': (_ctx, _tx, _run, part, { method, timeoutSeconds }) => Promise.resolve(act(part, { attempts: isSafe(method) ? 3 : 1, timeoutMs: timeoutSeconds * 1_000 })),

  'links.read': (_ctx, _tx, _run, part) => Promise.resolve(act(part, { attempts: 3, timeoutMs: 10_000 })),

  'quality.check': (_ctx, _tx, _run, part) => Promise.resolve(act(part, { attempts: 3, timeoutMs: 10_000 })),

  'templates.customize': async (ctx, tx, run, _part, { template: named, secretsOf, ...request }) => {
    const template = await getTemplate(tx, named)
    const kept = secretsOf === undefined ? {} : await keptSecrets(ctx, tx, run.tenantId, template, secretsOf, request.version)
    const wanted = { ...request, variables: { ...kept, ...request.variables } }
    return { do: 'customize', input: { ...originOf(run), templateId: template.id, blobRef: await putBlob(tx, ctx.vault, run.tenantId, toJson(wanted)) } }
  },

  'templates.plan': async (_ctx, tx, run, _part, { template, ...request }) => ({ do: 'plan', input: { ...originOf(run), ...request, templateId: (await getTemplate(tx, template)).id } }),

  'deployments.deploy': async (_ctx, tx, run, { key }, { planId, planHash, destroy }) => {
    const plan = await getPlan(tx, planId)
    if (planHash !== undefined && planHash !== plan.planHash) throw new DomainError('409.plan_stale', `The hash of plan ${planId} is ${plan.planHash} now`)
    const recordId = derivedId('workflow deployment', run.runId, key.step, String(key.item ?? ''))
    return { do: 'deploy', input: { ...originOf(run), planId, planHash: plan.planHash, recordId, operation: 'deploy', destroy, policy: run.policy } }
  },

  'approval.wait': (_ctx, _tx, _run, _part, { timeoutMinutes }) => Promise.resolve({ do: 'approve', timeoutMs: Math.round(timeoutMinutes * 60_000) }),
}

/** How a step is to be carried out. */
export const orderStep = <N extends ActionName>(name: N, ctx: ActivityContext, tx: Tx, run: DefinitionRunInput, part: Part): Promise<StepOrder> =>
  orders[name](ctx, tx, run, part, inputOf(name, part))
