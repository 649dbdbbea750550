import type { ActionInput, ActionName } from '../contracts/actions.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { DefinitionRunInput, StepOrder } from '../contracts/workflows.ts'
import { putBlob } from '../db/blobs.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { derivedId } from '../db/ids.ts'
import { listLinks } from '../db/links.ts'
import { getPlan } from '../db/plans.ts'
import { getTemplate } from '../db/templates.ts'
import { sendRequest } from './http-request.ts'
import { scoreTemplate } from './score-quality.ts'
import type { ActivityContext } from './context.ts'
import { keptSecrets } from './kept-secrets.ts'
import type { Part } from './run-definition.ts'

type OrderOf<N extends ActionName> = (ctx: ActivityContext, tx: Tx, run: DefinitionRunInput, part: Part, given: ActionInput<N>) => Promise<StepOrder>
type Performer<N extends ActionName> = (ctx: ActivityContext, run: DefinitionRunInput, part: Part, given: ActionInput<N>, signal: AbortSignal) => Promise<Json>

/** What may be asked again without harm, is: three times unless the step says otherwise. */
const isSafe = (method: string): boolean => method === 'GET'

function act({ step }: Part, { attempts, timeoutMs }: { attempts: number; timeoutMs: number }): StepOrder {
  const { retry } = step
  return { do: 'act', attempts: retry?.attempts ?? attempts, initialMs: (retry?.initialSeconds ?? 1) * 1_000, maxMs: (retry?.maxSeconds ?? 30) * 1_000, factor: retry?.factor ?? 2, timeoutMs }
}

const originOf = ({ tenantId, actor, correlationId }: DefinitionRunInput) => ({ tenantId, actor, correlationId })

/** How each action is carried out: one for every action of the registry, or it does not compile. */
export const orders: { [N in ActionName]: OrderOf<N> } = {
  sleep: (_ctx, _tx, _run, _part, { seconds }) => Promise.resolve({ do: 'sleep', ms: Math.round(seconds * 1_000) }),

  'http.request': (_ctx, _tx, _run, part, { method, timeoutSeconds }) => Promise.resolve(act(part, { attempts: isSafe(method) ? 3 : 1, timeoutMs: timeoutSeconds * 1_000 })),

  'links.read': (_ctx, _tx, _run, part) => Promise.resolve(act(part, { attempts: 3, timeoutMs: 10_000 })),

  'quality.check': (_ctx, _tx, _run, part) => Promise.resolve(act(part, { attempts: 3, timeoutMs: 10_000 })),

  'templates.customize': async (ctx, tx, run, _part, { template: named, secretsOf, ...request }) => {
    const template = await getTemplate(tx, named)
    const kept = secretsOf === undefined ? {} : await keptSecrets(ctx, tx, run.tenantId, template, secretsOf, request.version)
    const wanted = { ...request, variables: { ...kept, ...request.variables } }
    return { do: 'customize', input: { ...originOf(run), templateId: template.id, blobRef: await putBlob(tx, ctx.vault, run.tenantId, JSON.parse(JSON.stringify(wanted)) as JsonObject) } }
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

async function checkedQuality(ctx: ActivityContext, run: DefinitionRunInput, { template, version, required }: ActionInput<'quality.check'>): Promise<Json> {
  const scored = await scoreTemplate(ctx, { ...originOf(run), templateId: template, ...(version === undefined ? {} : { version }) })
  const { quality_score: score = 0, minimum = 0, passed = false, recommendations = [] } = scored.quality ?? {}
  if (required && !passed) throw new DomainError('422.quality_insufficient', `Version ${scored.version ?? ''} scores ${String(score)} of at least ${String(minimum)}: ${recommendations.slice(0, 3).join('; ')}`)
  return { version: scored.version ?? '', score, passed, recommendations }
}

const performed = {
  'http.request': (ctx, run, { key }, given, signal) => sendRequest(ctx, run, given, `${run.runId}/${key.step}${key.item === undefined ? '' : `/${String(key.item)}`}`, signal),

  'links.read': (ctx, run, _part, { template, clientId, planId }) =>
    inTenant(ctx.db, run.tenantId, async (tx) => ({ links: (await listLinks(tx, { templateId: (await getTemplate(tx, template)).id, clientId, planId })) as unknown as Json })),
  'quality.check': (ctx, run, _part, given) => checkedQuality(ctx, run, given),
} satisfies { [N in ActionName]?: Performer<N> }

/** Those that are carried out by an activity. */
export function performers(name: ActionName): Performer<never> {
  if (!Object.hasOwn(performed, name)) throw new Error(`${name} is not carried out by an activity`)
  return performed[name as keyof typeof performed] as Performer<never>
}
