import type { z } from 'zod'
import { DomainError } from '../../contracts/errors.ts'
import type { QualityPolicy } from '../../contracts/quality-policy.ts'
import type { Quality, qualityRequest } from '../../contracts/quality.ts'
import { type ScoreResult, workflowIds } from '../../contracts/workflow.ts'
import { putBlob } from '../../db/blobs.ts'
import { inTenant } from '../../db/client.ts'
import { newId } from '../../db/ids.ts'
import { getPolicy, savePolicy } from '../../db/quality-policies.ts'
import { reportQuality } from '../../db/quality-report.ts'
import { getTemplate } from '../../db/templates.ts'
import { ruleProblem } from '../../domain/quality-rules.ts'
import { audited } from '../audited.ts'
import type { Call } from '../call.ts'
import type { ApiContext } from '../context.ts'
import { checkIfMatch, etagOf } from '../etag.ts'
import { scoreStored, scoreSubject } from '../quality.ts'
import type { Handlers } from './index.ts'

type Subject = z.output<typeof qualityRequest>
type Ids = 'validateQuality' | 'scoreQuality' | 'reportQuality' | 'getQualityPolicy' | 'putQualityPolicy'

const answerOf = ({ subject, version }: ScoreResult, quality: Quality) => ({ template_id: subject, ...(version === undefined ? {} : { version }), ...quality })

export const quality: Pick<Handlers, Ids> = {
  validateQuality: async (ctx, call) => {
    const result = await score(ctx, call, call.body)
    const { quality: found, errors } = result
    return { status: 200, body: { ...(found ? answerOf(result, found) : { template_id: result.subject }), valid: found?.passed === true, errors } }
  },

  scoreQuality: async (ctx, call) => {
    const result = await score(ctx, call, call.body)
    if (!result.quality) throw new DomainError('400.artifact_schema_invalid', `The artifact is not valid: ${result.errors.slice(0, 3).map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ')}`, { errors: result.errors })
    return { status: 200, body: answerOf(result, result.quality) }
  },

  reportQuality: (ctx, { tenantId, query }) =>
    inTenant(ctx.db, tenantId, async (tx) => {
      if (query.templateId !== undefined) await getTemplate(tx, query.templateId)
      const { minimum } = await getPolicy(tx, ctx.minimumQuality)
      return { status: 200, body: { ...(await reportQuality(tx, query, minimum)), minimum } }
    }),

  getQualityPolicy: async (ctx, { tenantId }) => {
    const policy = await inTenant(ctx.db, tenantId, (tx) => getPolicy(tx, ctx.minimumQuality))
    return { status: 200, body: policy, headers: { ETag: etagOf(policy) } }
  },

  putQualityPolicy: (ctx, call) =>
    inTenant(ctx.db, call.tenantId, async (tx) => {
      checkIfMatch(call.ifMatch, await getPolicy(tx, ctx.minimumQuality, { lock: true }))
      checkRules(call.body)
      await savePolicy(tx, call.tenantId, call.body, call.actor)
      await audited(call, tx, 'quality.policy', call.tenantId, { minimum: call.body.minimum, gated: call.body.gated, rules: call.body.rules.map(({ name }) => name) })
      return { status: 200, body: call.body, headers: { ETag: etagOf(call.body) } }
    }),
}

/** The union's other branch is any object, so what tells them apart is looked at here. */
const isStored = (body: Subject): body is { templateId: string; version?: string | undefined } => typeof body['templateId'] === 'string'

async function score(ctx: ApiContext, call: Pick<Call, 'tenantId' | 'actor' | 'correlationId'>, subject: Subject): Promise<ScoreResult> {
  if (isStored(subject)) {
    const { id } = await inTenant(ctx.db, call.tenantId, (tx) => getTemplate(tx, subject.templateId))
    return scoreStored(ctx, call, id, subject.version)
  }
  const blobRef = await inTenant(ctx.db, call.tenantId, (tx) => putBlob(tx, ctx.vault, call.tenantId, subject))
  return scoreSubject(ctx, call, workflowIds.score(call.tenantId, newId()), { blobRef }, 'Score an artifact')
}

function checkRules({ rules }: QualityPolicy): void {
  const errors = rules.flatMap((rule, index) => {
    const message = ruleProblem(rule)
    return message === undefined ? [] : [{ pointer: `/rules/${String(index)}/${rule.schema === undefined ? 'condition' : 'schema'}`, message }]
  })
  if (errors.length > 0) throw new DomainError('400.request_invalid', 'A rule of the policy cannot be carried out', { errors })
}
