import type { Quality } from '../contracts/quality.ts'
import type { Tx } from './client.ts'

/** Keeps a version's quality; the template shows that of the version it is. */
export async function saveQuality(tx: Tx, templateId: string, version: string, quality: Quality): Promise<void> {
  await tx.updateTable('template_versions').set({ quality: JSON.stringify(quality) }).where('template_id', '=', templateId).where('version', '=', version).execute()
  await tx.updateTable('template_artifacts').set({ quality_score: quality.quality_score }).where('id', '=', templateId).where('version', '=', version).execute()
}

/** What was kept of a version; undefined for one that was never scored. */
export async function findQuality(tx: Tx, templateId: string, version: string): Promise<Quality | undefined> {
  const row = await tx.selectFrom('template_versions').select('quality').where('template_id', '=', templateId).where('version', '=', version).executeTakeFirst()
  return row?.quality ?? undefined
}
