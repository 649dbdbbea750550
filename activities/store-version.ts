import type { TemplateArtifact } from '../contracts/artifact.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import type { Quality } from '../contracts/quality.ts'
import type { ImportInput, ImportResult } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import type { Tx } from '../db/client.ts'
import { derivedId, sha256 } from '../db/ids.ts'
import { getVersion, listVersions } from '../db/template-versions.ts'
import { findTemplateByName, insertVersion, lockTemplateName, publishVersion, setDeleted } from '../db/templates.ts'
import type { Template } from '../db/templates.ts'
import { canonical } from '../domain/canonical.ts'
import { contentOf } from '../domain/template-files.ts'
import { nextVersion } from '../domain/versions.ts'

interface Brought {
  artifact: TemplateArtifact
  /** The contentRef it came from. */
  source: string | null
  /** Also where a version exists. */
  force: boolean
  /** The request names the version itself. */
  numbered: boolean
  /** Undefined where it was too long in finding out. */
  quality?: Quality | undefined
  /** It does not pass: it is stored as a draft, whoever brings it. */
  gated: boolean
}

/** The name and version are the version's own; what is hashed is what the template says. */
export const refOf = (artifact: TemplateArtifact & { version: string }): string => `sha256:${sha256(canonical({ ...contentOf(artifact), version: artifact.version }))}`

/** Stores a checked artifact as a version of its template, or finds that it is there. Throws 409.version_exists and 412.precondition_failed. */
export async function storeVersion(tx: Tx, input: ImportInput, { artifact, source, force, numbered, quality, gated }: Brought): Promise<ImportResult> {
  await lockTemplateName(tx, input.tenantId, artifact.kind, artifact.name)
  const existing = await findTemplateByName(tx, artifact.kind, artifact.name)
  const there = existing?.deletedAt === undefined ? existing : undefined
  if (there && !force) return whatIsThere(there)
  if (input.changes) checkUnchanged(there, input.changes)
  const versions = existing ? await listVersions(tx, existing.id) : []
  const asked = versionAsked(input, artifact, versions, numbered)
  if (there && input.changes && (asked === undefined || asked === there.version) && (await saysTheSame(tx, there, artifact))) return whatIsThere(there)
  const version = asked ?? nextVersion(versions.map((one) => one.version))
  const contentRef = refOf({ ...artifact, version })
  const same = versions.find((one) => one.version === version)
  if (existing && same?.contentRef === contentRef) return bringBack(tx, { ...input, draft: input.draft || gated }, existing, version)
  if (same) throw new DomainError('409.version_exists', `Version ${version} of "${artifact.name}" exists with other content; give another version, or none for the next one`, { extra: { version } })
  const draft = input.draft || gated
  const { templateId } = await insertVersion(tx, { tenantId: input.tenantId, artifact: { ...artifact, version }, contentRef, source, createdBy: input.actor, draft, quality: quality ?? null })
  await auditVersion(tx, input, templateId, 'template.import', { kind: artifact.kind, name: artifact.name, version, contentRef, ...(draft ? { draft } : {}) })
  return { templateId, version, contentRef, status: draft ? 'draft' : 'published', created: true, ...(quality ? { quality: { score: quality.quality_score, passed: quality.passed, recommendations: quality.recommendations.slice(0, 10) } } : {}) }
}

const auditVersion = (tx: Tx, input: ImportInput, templateId: string, action: string, data: { version: string; [key: string]: Json }): Promise<void> =>
  writeAudit(tx, { ...input, action, subjectType: 'template', subjectId: templateId, data, id: derivedId('audit', input.correlationId, 'template.import', templateId, data.version) })

const whatIsThere = ({ id, version, contentRef, status }: Pick<Template, 'id' | 'version' | 'contentRef' | 'status'>): ImportResult => ({ templateId: id, version, contentRef, status, created: false })

/** Two that change what both have seen: the second one hears of it, instead of writing over the first. */
function checkUnchanged(there: Template | undefined, { contentRef }: NonNullable<ImportInput['changes']>): void {
  if (!there) throw new DomainError('404.template_not_found', 'The template was deleted meanwhile')
  if (contentRef !== null && contentRef !== there.contentRef) throw new DomainError('412.precondition_failed', `It has changed: its newest version is ${there.version} now`)
}

/** Someone who changes an exported template sends the number that it had: then the next one is meant, unless the request itself names one. */
const versionAsked = ({ changes }: ImportInput, { version }: TemplateArtifact, versions: readonly { version: string }[], numbered: boolean): string | undefined =>
  changes && !numbered && versions.some((one) => one.version === version) ? undefined : version

async function saysTheSame(tx: Tx, there: Template, artifact: TemplateArtifact): Promise<boolean> {
  return canonical(contentOf((await getVersion(tx, there)).artifact)) === canonical(contentOf(artifact))
}

/** The version is there already: published by who may, and again what a deleted template is. */
async function bringBack(tx: Tx, input: ImportInput, existing: Template, version: string): Promise<ImportResult> {
  const found = await getVersion(tx, existing, version)
  const publishes = found.status === 'draft' && !input.draft
  if (publishes || existing.deletedAt !== undefined) {
    await (publishes ? publishVersion(tx, existing.id, found, input.actor) : setDeleted(tx, existing.id, input.actor, false))
    await auditVersion(tx, input, existing.id, publishes ? 'template.publish' : 'template.restore', { version })
  }
  return { templateId: existing.id, version, contentRef: found.contentRef, status: publishes ? 'published' : found.status, created: false }
}
