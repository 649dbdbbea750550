import type { ActionInput, ActionName } from '../contracts/actions.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import type { DefinitionRunInput } from '../contracts/workflows.ts'
import { inTenant } from '../db/client.ts'
import { listLinks } from '../db/links.ts'
import { getTemplate } from '../db/templates.ts'
import { toJson } from '../domain/json.ts'
import type { ActivityContext } from './context.ts'
import { sendRequest } from './http-request.ts'
import { scoreTemplate } from './score-quality.ts'
import { inputOf } from './step-input.ts'
import type { Part } from './step-scope.ts'

type Performer<N extends ActionName> = (ctx: ActivityContext, run: DefinitionRunInput, part: Part, given: ActionInput<N>, signal: AbortSignal) => Promise<Json>

async function checkedQuality(ctx: ActivityContext, run: DefinitionRunInput, { template, version, required }: ActionInput<'quality.check'>): Promise<Json> {
  const scored = await scoreTemplate(ctx, { tenantId: run.tenantId, actor: run.actor, correlationId: run.correlationId, templateId: template, ...(version === undefined ? {} : { version }) })
  const { quality_score: score = 0, minimum = 0, passed = false, recommendations = [] } = scored.quality ?? {}
  if (required && !passed) throw new DomainError('422.quality_insufficient', `Version ${scored.version ?? ''} scores ${String(score)} of at least ${String(minimum)}: ${recommendations.slice(0, 3).join('; ')}`)
  return { version: scored.version ?? '', score, passed, recommendations }
}

/** Those that are carried out by an activity. */
const performed: { [N in ActionName]?: Performer<N> } = {
  'http.request': (ctx, run, { key }, given, signal) => sendRequest(ctx, run, given, `${run.runId}/${key.step}${key.item === undefined ? '' : `/${String(key.item)}`}`, signal),

  'links.read': (ctx, run, _part, { template, clientId, planId }) =>
    inTenant(ctx.db, run.tenantId, async (tx) => toJson({ links: await listLinks(tx, { templateId: (await getTemplate(tx, template)).id, clientId, planId }) })),
  'quality.check': (ctx, run, _part, given) => checkedQuality(ctx, run, given),
}

export function performAction<N extends ActionName>(name: N, ctx: ActivityContext, run: DefinitionRunInput, part: Part, signal: AbortSignal): Promise<Json> {
  const performer = performed[name]
  if (!performer) throw new Error(`${name} is not carried out by an activity`)
  return performer(ctx, run, part, inputOf(name, part), signal)
}
