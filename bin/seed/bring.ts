import { refOf } from '../../activities/store-version.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'

/** A version as the registry lists it. */
export interface Stored {
  version: string
  contentRef: string
}

/** What came of an import. */
export interface Imported extends Stored {
  templateId: string
  status: 'draft' | 'published'
  created: boolean
  quality?: { score: number; passed: boolean } | undefined
}

/** A tenant's registry, as seeding needs it. */
export interface Registry {
  /** Those that are there, or those that were deleted. */
  templates(which?: { deleted: boolean }): AsyncIterable<Stored & { id: string; kind: string; name: string }>
  /** Newest first. */
  versions(templateId: string): AsyncIterable<Stored>
  /** Also brings one back that was deleted: it keeps its versions. */
  create(artifact: TemplateArtifact): Promise<Imported>
  update(templateId: string, artifact: TemplateArtifact): Promise<Imported>
}

export interface Brought {
  status: 'created' | 'updated' | 'unchanged'
  version: string
  note?: string
}

export const keyOf = ({ kind, name }: { kind: string; name: string }): string => `${kind}/${name}`

/** Whether a version says what the artifact says, whatever their numbers. */
const says = (artifact: TemplateArtifact) => ({ version, contentRef }: Stored): boolean => refOf({ ...artifact, version }) === contentRef

/**
 * Makes the template, or a new version of it. What is one of its versions already is left alone: it was brought before,
 * and what has been changed since in the registry stays.
 */
export async function bring(registry: Registry, { there, deleted }: { there: (Stored & { id: string }) | undefined; deleted: boolean }, artifact: TemplateArtifact): Promise<Brought> {
  if (!there) {
    const made = await registry.create(artifact)
    return { status: made.created && !deleted ? 'created' : 'updated', version: made.version, ...noteOn(made, artifact) }
  }
  if (says(artifact)(there)) return { status: 'unchanged', version: there.version }
  for await (const earlier of registry.versions(there.id)) if (says(artifact)(earlier)) return { status: 'unchanged', version: earlier.version }
  const result = await registry.update(there.id, artifact)
  return { status: result.created ? 'updated' : 'unchanged', version: result.version, ...noteOn(result, artifact) }
}

function noteOn({ status, quality }: Imported, { untranslated }: TemplateArtifact): { note?: string } {
  const notes = [
    ...(status === 'draft' ? [`a draft until somebody publishes it${quality && !quality.passed ? `; its quality is ${String(quality.score)} of 100` : ''}`] : []),
    ...(untranslated?.length ? [`${String(untranslated.length)} places could not be translated`] : []),
  ]
  return notes.length > 0 ? { note: notes.join('; ') } : {}
}
