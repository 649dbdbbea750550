import type { TemplateArtifact } from '../contracts/artifact.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import type { Quality } from '../contracts/quality.ts'
import type { ImportInput, ImportResult } from '../contracts/workflow.ts'
import { findAudit, writeAudit } from '../db/audit.ts'
import type { Tx } from '../db/client.ts'
import { derivedId, sha256 } from '../db/ids.ts'
import { type TemplateVersion, getVersion, listVersions } from '../db/template-versions.ts'
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

/** With the workflow run that stores it, and nothing else. Two requests may share all the rest, also the correlation id: by the run, a second try is told from a second request. */
type Import = ImportInput & { runId: string }

/** The name and version are the version's own; what is hashed is what the template says. */
export const refOf = (artifact: TemplateArtifact & { version: string }): string => `sha256:${sha256(canonical({ ...contentOf(artifact), version: artifact.version }))}`

/** Stores a checked artifact as a version of its template, or finds that it is there. Throws 409.version_exists and 412.precondition_failed. */
export async function storeVersion(tx: Tx, input: Import, { artifact, source, force, numbered, quality, gated }: Brought): Promise<ImportResult> {
  await lockTemplateName(tx, input.tenantId, artifact.kind, artifact.name)
  const existing = await findTemplateByName(tx, artifact.kind, artifact.name)
  const made = existing && (await madeBefore(tx, input, existing))
  if (made) return whatWasMade(made, quality)
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
  const drafted = existing && draft && input.changes && asked === undefined ? await sameDraft(tx, existing, versions.at(-1), artifact) : undefined
  if (drafted) return { ...whatWasMade(drafted, quality), created: false }
  const { templateId } = await insertVersion(tx, { tenantId: input.tenantId, artifact: { ...artifact, version }, contentRef, source, createdBy: input.actor, draft, quality: quality ?? null })
  await auditVersion(tx, input, templateId, 'template.import', { kind: artifact.kind, name: artifact.name, version, contentRef, ...(draft ? { draft } : {}) })
  return whatWasMade({ templateId, version, contentRef, status: draft ? 'draft' : 'published' }, quality)
}

const auditIdOf = ({ runId }: Import): string => derivedId('audit', runId, 'template.import')

const auditVersion = (tx: Tx, input: Import, templateId: string, action: string, data: { version: string; [key: string]: Json }): Promise<void> =>
  writeAudit(tx, { ...input, action, subjectType: 'template', subjectId: templateId, data, id: auditIdOf(input) })

type Made = Pick<TemplateVersion, 'templateId' | 'version' | 'contentRef' | 'status'>

/** The version that an earlier try of the same run has made, of which Temporal did not hear: its worker died, or it was too slow. */
async function madeBefore(tx: Tx, input: Import, existing: Template): Promise<Made | undefined> {
  const written = await findAudit(tx, auditIdOf(input))
  return written?.action === 'template.import' ? getVersion(tx, existing, String(written.data['version'])) : undefined
}

const whatWasMade = ({ templateId, version, contentRef, status }: Made, quality: Quality | undefined): ImportResult => ({
  templateId, version, contentRef, status, created: true,
  ...(quality ? { quality: { score: quality.quality_score, passed: quality.passed, recommendations: quality.recommendations.slice(0, 10) } } : {}),
})

const whatIsThere = ({ id, version, contentRef, status }: Pick<Template, 'id' | 'version' | 'contentRef' | 'status'>): ImportResult => ({ templateId: id, version, contentRef, status, created: false })

/** Two that change what both have seen: the second one hears of it, instead of writing over the first. */
function checkUnchanged(there: Template | undefined, { contentRef }: NonNullable<ImportInput['changes']>): void {
  if (!there) throw new DomainError('404.template_not_found', 'The template was deleted meanwhile')
  if (contentRef !== null && contentRef !== there.contentRef) throw new DomainError('412.precondition_failed', `It has changed: its newest version is ${there.version} now`)
}

/** Someone who changes an exported template sends the number that it had: then the next one is meant, unless the request itself names one. */
const versionAsked = ({ changes }: ImportInput, { version }: TemplateArtifact, versions: readonly { version: string }[], numbered: boolean): string | undefined =>
  changes && !numbered && versions.some((one) => one.version === version) ? undefined : version

/** The newest version, where it is a draft that says the same: whoever sends a change again has it stored already. */
async function sameDraft(tx: Tx, existing: Template, newest: Pick<TemplateVersion, 'version' | 'status'> | undefined, artifact: TemplateArtifact): Promise<TemplateVersion | undefined> {
  if (newest?.status !== 'draft') return undefined
  const draft = await getVersion(tx, existing, newest.version)
  return canonical(contentOf(draft.artifact)) === canonical(contentOf(artifact)) ? draft : undefined
}

async function saysTheSame(tx: Tx, there: Template, artifact: TemplateArtifact): Promise<boolean> {
  return canonical(contentOf((await getVersion(tx, there)).artifact)) === canonical(contentOf(artifact))
}

/** The version is there already: published by who may, and again what a deleted template is. */
async function bringBack(tx: Tx, input: Import, existing: Template, version: string): Promise<ImportResult> {
  const found = await getVersion(tx, existing, version)
  const publishes = found.status === 'draft' && !input.draft
  if (publishes || existing.deletedAt !== undefined) {
    await (publishes ? publishVersion(tx, existing.id, found, input.actor) : setDeleted(tx, existing.id, input.actor, false))
    await auditVersion(tx, input, existing.id, publishes ? 'template.publish' : 'template.restore', { version })
  }
  return { templateId: existing.id, version, contentRef: found.contentRef, status: publishes ? 'published' : found.status, created: false }
}
