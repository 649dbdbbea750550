import type { Untranslated } from '../contracts/project.ts'
import { inTenant } from '../db/client.ts'
import { readUntranslated } from '../db/template-versions.ts'
import type { Call } from './call.ts'
import type { ApiContext } from './context.ts'

/** The answer of an import with what of another program's template could not be translated: read from the version, for there may be much of it. */
export async function withUntranslated<T extends { templateId: string; version: string }>(ctx: ApiContext, { tenantId }: Pick<Call, 'tenantId'>, result: T): Promise<T & { untranslated?: Untranslated[] }> {
  const untranslated = await inTenant(ctx.db, tenantId, (tx) => readUntranslated(tx, result.templateId, result.version))
  return untranslated.length > 0 ? { ...result, untranslated } : result
}
