import { jsonObject, templateArtifact } from '../contracts/artifact.ts'
import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { ProblemError } from '../contracts/errors.ts'
import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { QualityPolicy } from '../contracts/quality-policy.ts'
import type { Quality } from '../contracts/quality.ts'
import type { ScoreInput, ScoreResult } from '../contracts/workflow.ts'
import { readBlob } from '../db/blobs.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { getPolicy } from '../db/quality-policies.ts'
import { saveQuality } from '../db/quality.ts'
import { type TemplateVersion, getVersion } from '../db/template-versions.ts'
import { getTemplate } from '../db/templates.ts'
import { checkArtifact } from '../domain/check-artifact.ts'
import { failingChecks, scoreQuality } from '../domain/quality.ts'
import type { ActivityContext } from './context.ts'
import { rulesOf } from './check-template.ts'
import { readArtifact } from './read-template.ts'
import { limited } from './time-limit.ts'

/** An answer stays small whatever a template lacks. */
const mostRecommendations = 100

const slow = new Error('too slow')

/** Undefined when it takes longer. */
function within<T>(ms: number, work: () => T): T | undefined {
  try {
    return limited(work, () => slow, ms)
  } catch (error) {
    if (error === slow) return undefined
    throw error
  }
}

/** Rules that take too long are broken, each of them: nobody knows which it was. */
const withoutRules = (artifact: TemplateArtifact, { minimum, rules }: QualityPolicy): Quality => ({
  ...scoreQuality(artifact, { minimum, rules: [] }),
  rules: rules.map(({ name }) => ({ name, status: 'fail', message: 'The rules of the policy take too long' })),
  passed: rules.length === 0,
})

/** What our checks and a tenant's rules say of an artifact: somebody else's work, so within a time. No quality where that was not enough. */
export async function judge(ctx: ActivityContext, tx: Tx, artifact: TemplateArtifact): Promise<{ quality?: Quality; gated: boolean }> {
  const policy = await getPolicy(tx, ctx.quality.minimum)
  const quality = within(1_500, () => scoreQuality(artifact, policy)) ?? within(1_500, () => withoutRules(artifact, policy))
  const gated = isGated(ctx, policy, artifact) && quality?.passed !== true
  return quality ? { quality: { ...quality, recommendations: quality.recommendations.slice(0, mostRecommendations) }, gated } : { gated }
}

/** Of projects those that are made of files; what is deployed is gated only where a tenant wants it. */
const isGated = (ctx: ActivityContext, { gated }: QualityPolicy, { kind, files }: TemplateArtifact): boolean =>
  ctx.quality.gates && gated.includes(kind) && (kind !== 'project' || files !== undefined)

const insufficient = (version: string, quality: Quality): DomainError =>
  new DomainError('422.quality_insufficient', `Version ${version} scores ${String(quality.quality_score)} of at least ${String(quality.minimum)}: ${failingChecks(quality).join(', ')}`, {
    errors: quality.recommendations.map((message) => ({ pointer: '', message })),
    extra: { version },
  })

/** Throws 422.quality_insufficient for a version that stays a draft. */
export async function checkQuality(ctx: ActivityContext, tx: Tx, { artifact, version }: Pick<TemplateVersion, 'artifact' | 'version'>): Promise<void> {
  const { gated, quality } = await judge(ctx, tx, artifact)
  if (gated) throw quality ? insufficient(version, quality) : unknown()
}

const unknown = (): DomainError => new DomainError('422.quality_unknown', 'The template takes too long to look at: make it smaller')

/** Scores a stored version and keeps the score, or looks at an artifact that is stored nowhere. */
export async function scoreTemplate(ctx: ActivityContext, input: ScoreInput): Promise<ScoreResult> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    if (input.templateId !== undefined) {
      const template = await getTemplate(tx, input.templateId)
      const { artifact, version } = await getVersion(tx, template, input.version)
      const judged = await judge(ctx, tx, artifact)
      if (!judged.quality) throw unknown()
      if (input.gate === true && judged.gated) throw insufficient(version, judged.quality)
      await saveQuality(tx, template.id, version, judged.quality)
      return { subject: template.id, version, errors: [], ...judged }
    }
    const content = jsonObject.parse(await readBlob(tx, ctx.vault, input.tenantId, input.blobRef ?? ''))
    const { artifact, errors } = read(ctx, content)
    const subject = typeof content['name'] === 'string' ? content['name'] : ''
    if (!artifact || errors.length > 0) return { subject, errors: errors.slice(0, 100), gated: false }
    const judged = await judge(ctx, tx, artifact)
    if (!judged.quality) throw unknown()
    return { subject: artifact.name, ...(artifact.version === undefined ? {} : { version: artifact.version }), errors: [], ...judged }
  })
}

function read(ctx: ActivityContext, content: JsonObject): { artifact?: TemplateArtifact; errors: ProblemError[] } {
  const kind = templateArtifact.shape.kind.safeParse(content['kind'])
  if (!kind.success) return { errors: [{ pointer: '/kind', message: kind.error.issues[0]?.message ?? 'is not a kind' }] }
  try {
    const artifact = limited(() => readArtifact({ kind: kind.data }, { content }), () => new DomainError('400.artifact_schema_invalid', 'The artifact takes too long to check'))
    return { artifact, errors: limited(() => checkArtifact(artifact, rulesOf(ctx.registry)), () => new DomainError('400.artifact_schema_invalid', 'The artifact takes too long to check')) }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { errors: error.errors.length > 0 ? error.errors : [{ pointer: '', message: error.message }] }
  }
}
