import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import type { kbDocument } from '../contracts/api.ts'
import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import { isUuid } from '../domain/uuid.ts'
import type { Tx } from './client.ts'
import { sha256 } from './ids.ts'
import { isTaken } from './taken.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database } from './schema.ts'

export type KbDocument = z.infer<typeof kbDocument>

const toDocument = (row: Selectable<Database['kb_documents']>): KbDocument => ({
  id: row.id,
  ref: row.ref,
  title: row.title,
  content: row.content,
  contentHash: row.content_hash,
  metadata: row.metadata,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

/** By id or ref; a ref starts with a letter and is told from a UUID by its shape. Throws 404.kb_document_not_found. */
export async function getKbDocument(tx: Tx, idOrRef: string, { lock = false } = {}): Promise<KbDocument> {
  const query = tx.selectFrom('kb_documents').selectAll().where(isUuid(idOrRef) ? 'id' : 'ref', '=', idOrRef)
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst()
  if (!row) throw new DomainError('404.kb_document_not_found', `There is no document ${idOrRef} in the knowledge base`)
  return toDocument(row)
}

export async function listKbDocuments(tx: Tx, filter: { ref?: string | undefined }, page: PageRequest): Promise<Page<KbDocument>> {
  let query = tx.selectFrom('kb_documents').selectAll().select(sql<string>`created_at::text`.as('cursor_at'))
  if (filter.ref !== undefined) query = query.where('ref', '=', filter.ref)
  return readPage(query, 'created_at', 'id', page, toDocument)
}

export interface KbDocumentInput {
  ref: string
  title?: string | undefined
  content: string
  metadata?: JsonObject | undefined
}

const refTaken = (ref: string) => new DomainError('409.name_taken', `There is a document with the ref "${ref}"`)

/** Throws 409.name_taken. Inserting the same id and ref again changes nothing. */
export async function insertKbDocument(tx: Tx, input: KbDocumentInput & { tenantId: string; id: string; createdBy: string }): Promise<{ document: KbDocument; created: boolean }> {
  const row = await tx.insertInto('kb_documents')
    .values({ tenant_id: input.tenantId, id: input.id, ref: input.ref, title: input.title ?? input.ref, content: input.content, content_hash: sha256(input.content), metadata: JSON.stringify(input.metadata ?? {}), created_by: input.createdBy })
    .onConflict((conflict) => conflict.doNothing()).returningAll().executeTakeFirst()
  if (row) return { document: toDocument(row), created: true }
  const existing = await tx.selectFrom('kb_documents').selectAll().where('id', '=', input.id).executeTakeFirst()
  if (existing?.ref === input.ref) return { document: toDocument(existing), created: false }
  throw refTaken(input.ref)
}

/** Throws 409.name_taken. The caller has locked the document. */
export async function updateKbDocument(tx: Tx, id: string, patch: { [K in keyof KbDocumentInput]?: KbDocumentInput[K] | undefined }): Promise<KbDocument> {
  const row = await tx.updateTable('kb_documents')
    .set({
      ...(patch.ref === undefined ? {} : { ref: patch.ref }),
      ...(patch.title === undefined ? {} : { title: patch.title }),
      ...(patch.content === undefined ? {} : { content: patch.content, content_hash: sha256(patch.content) }),
      ...(patch.metadata === undefined ? {} : { metadata: JSON.stringify(patch.metadata) }),
      updated_at: sql`now()`,
    })
    .where('id', '=', id).returningAll().executeTakeFirstOrThrow()
    .catch((error: unknown) => { throw isTaken(error) ? refTaken(patch.ref ?? '') : error })
  return toDocument(row)
}

export async function deleteKbDocument(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('kb_documents').where('id', '=', id).execute()
}
