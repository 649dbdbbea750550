import { DomainError } from '../contracts/errors.ts'
import type { Tx } from './client.ts'

/** Contents of knowledge-base documents by ref. Throws 404.kb_document_not_found naming the first that is not there. */
export async function readKbDocuments(tx: Tx, refs: readonly string[]): Promise<Record<string, string>> {
  if (refs.length === 0) return {}
  const rows = await tx.selectFrom('kb_documents').select(['ref', 'content']).where('ref', 'in', [...refs]).execute()
  const contents = Object.fromEntries(rows.map(({ ref, content }) => [ref, content]))
  const missing = refs.find((ref) => !Object.hasOwn(contents, ref))
  if (missing !== undefined) throw new DomainError('404.kb_document_not_found', `There is no knowledge-base document ${missing}`)
  return contents
}
