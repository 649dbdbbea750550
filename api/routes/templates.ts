import { DomainError } from '../../contracts/errors.ts'
import { inTenant } from '../../db/client.ts'
import { retireTemplate } from '../../db/retire-template.ts'
import { pageOfTemplates, templateOrders } from '../../db/template-list.ts'
import { searchTemplates } from '../../db/template-search.ts'
import { findNewestDraft, getVersion } from '../../db/template-versions.ts'
import { getTemplate, publishVersion, setDeleted } from '../../db/templates.ts'
import { contentOf } from '../../domain/template-files.ts'
import { audited } from '../audited.ts'
import { checkIfMatch, etagOf } from '../etag.ts'
import { encodeSearchPlace, pageOf, searchPlaceOf } from '../pages.ts'
import { checkGate } from '../quality.ts'
import { importTemplate } from '../stages.ts'
import { changed, openChange } from '../template-changes.ts'
import { withUntranslated } from '../untranslated.ts'
import type { Handlers } from './index.ts'

type Ids = 'createTemplate' | 'searchTemplates' | 'listTemplates' | 'getTemplate' | 'updateTemplate' | 'deleteTemplate' | 'restoreTemplate' | 'publishTemplate'

export const templates: Pick<Handlers, Ids> = {
  createTemplate: async (ctx, call) => {
    const result = await importTemplate(ctx, call, call.body)
    return { status: result.created ? 201 : 200, body: await withUntranslated(ctx, call, result), headers: { Location: `/api/v1/templates/${result.templateId}` } }
  },

  searchTemplates: async (ctx, { tenantId, body: { cursor, ...wanted } }) => {
    const place = searchPlaceOf(cursor)
    const { next, ...found } = await inTenant(ctx.db, tenantId, (tx) => searchTemplates(tx, { ...wanted, place }))
    return { status: 200, body: { ...found, nextCursor: next ? encodeSearchPlace(next) : null } }
  },

  listTemplates: (ctx, { tenantId, query: { sort: { order, sort }, limit, cursor, ...filter } }) =>
    inTenant(ctx.db, tenantId, async (tx) => ({ status: 200, body: await pageOfTemplates(tx, filter, order, pageOf({ limit, cursor, sort }, templateOrders[order].type)) })),

  getTemplate: async (ctx, { tenantId, params }) => {
    const template = await inTenant(ctx.db, tenantId, (tx) => getTemplate(tx, params.id))
    return { status: 200, body: template, headers: { ETag: etagOf(template) } }
  },

  updateTemplate: async (ctx, call) => {
    const { template, changes } = await openChange(ctx, call, call.params.id)
    const { meta, content, contentRef, archive } = call.body
    if (archive !== undefined && template.kind !== 'project') throw new DomainError('400.request_invalid', `"${template.name}" is of kind ${template.kind}: send its content`, { errors: [{ pointer: '/archive', message: 'is for templates of kind project' }] })
    const kept = content === undefined && contentRef === undefined && archive === undefined ? await inTenant(ctx.db, call.tenantId, async (tx) => contentOf((await getVersion(tx, template)).artifact)) : content
    const result = await importTemplate(ctx, call, { ...call.query, ...call.body, meta, content: kept, kind: template.kind, name: template.name, force: true }, changes)
    return { status: result.created ? 201 : 200, body: await withUntranslated(ctx, call, result), headers: { Location: `/api/v1/templates/${result.templateId}/versions/${result.version}` } }
  },

  deleteTemplate: (ctx, call) =>
    changed(ctx, call, async (tx) => {
      const template = await getTemplate(tx, call.params.id, { lock: true })
      checkIfMatch(call.ifMatch, template)
      await retireTemplate(tx, template, call, { force: call.query.force === true })
      return { status: 204, body: undefined }
    }),

  restoreTemplate: (ctx, call) =>
    changed(ctx, call, async (tx) => {
      const found = await getTemplate(tx, call.params.id, { deleted: true, lock: true })
      checkIfMatch(call.ifMatch, found)
      const template = found.deletedAt === undefined ? found : await setDeleted(tx, found.id, call.actor, false)
      if (found.deletedAt !== undefined) await audited(call, tx, 'template.restored', found.id, { name: found.name })
      return { status: 200, body: template, headers: { ETag: etagOf(template) } }
    }),

  publishTemplate: async (ctx, call) => {
    const chosen = await inTenant(ctx.db, call.tenantId, async (tx) => {
      const template = await getTemplate(tx, call.params.id)
      return getVersion(tx, template, call.body.version ?? (await findNewestDraft(tx, template.id)))
    })
    if (chosen.status === 'draft') await checkGate(ctx, call, chosen.templateId, chosen.version)
    return changed(ctx, call, async (tx) => {
      const found = await getTemplate(tx, chosen.templateId, { lock: true })
      checkIfMatch(call.ifMatch, found)
      const version = await getVersion(tx, found, chosen.version)
      if (version.status === 'draft') {
        await publishVersion(tx, found.id, version, call.actor)
        await audited(call, tx, 'template.published', found.id, { version: version.version })
      }
      const template = await getTemplate(tx, found.id)
      return { status: 200, body: template, headers: { ETag: etagOf(template) } }
    })
  },
}
