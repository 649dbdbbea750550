import { inTenant } from '../../db/client.ts'
import { withCommits } from '../../db/version-commits.ts'
import { type TemplateVersion, getVersion, pageOfVersions } from '../../db/template-versions.ts'
import { getTemplate } from '../../db/templates.ts'
import { projectFiles } from '../../domain/project-files.ts'
import { type Side, compare, comparedText } from '../../domain/compare.ts'
import { contentOf } from '../../domain/template-files.ts'
import { etagOf } from '../etag.ts'
import { pageOf } from '../pages.ts'
import { importTemplate } from '../stages.ts'
import { openChange } from '../template-changes.ts'
import type { Handlers } from './index.ts'

export const versions: Pick<Handlers, 'listTemplateVersions' | 'getTemplateVersion' | 'compareVersions' | 'exportTemplate' | 'rollbackTemplate'> = {
  listTemplateVersions: (ctx, { tenantId, params, query }) =>
    inTenant(ctx.db, tenantId, async (tx) => {
      const { id } = await getTemplate(tx, params.id)
      return { status: 200, body: await withCommits(tx, id, await pageOfVersions(tx, id, pageOf(query))) }
    }),

  getTemplateVersion: (ctx, { tenantId, params }) =>
    inTenant(ctx.db, tenantId, async (tx) => {
      const { id: _, ...body } = await getVersion(tx, await getTemplate(tx, params.id), params.version)
      return { status: 200, body, headers: { ETag: etagOf(body) } }
    }),

  compareVersions: (ctx, { tenantId, params, query }) =>
    inTenant(ctx.db, tenantId, async (tx) => {
      const template = await getTemplate(tx, params.id)
      const [from, to] = [await getVersion(tx, template, query.from), await getVersion(tx, template, query.to)]
      const side = (version: TemplateVersion): Side => ({ name: `${template.name} ${version.version}`, content: contentOf(version.artifact) })
      return { status: 200, body: { from: from.version, to: to.version, changes: compare(contentOf(from.artifact), contentOf(to.artifact)), text: comparedText(side(from), side(to)) ?? null } }
    }),

  exportTemplate: (ctx, { tenantId, params, query }) =>
    inTenant(ctx.db, tenantId, async (tx) => {
      const { id, artifact, version } = await getVersion(tx, await getTemplate(tx, params.id), query.version)
      if (projectFiles(artifact)) return { status: 200, body: { archive: { folder: `${artifact.name}-${version}`, from: { version: id } } }, headers: { ETag: etagOf(artifact) } }
      const file = encodeURIComponent(`${artifact.name}-${version}.json`)
      return { status: 200, body: artifact, headers: { ETag: etagOf(artifact), 'Content-Disposition': `attachment; filename*=UTF-8''${file}` } }
    }),

  rollbackTemplate: async (ctx, call) => {
    const { template, changes } = await openChange(ctx, call, call.params.id)
    const wanted = await inTenant(ctx.db, call.tenantId, (tx) => getVersion(tx, template, call.body.version))
    const result = await importTemplate(ctx, call, { kind: template.kind, name: template.name, content: contentOf(wanted.artifact), force: true }, changes)
    return { status: result.created ? 201 : 200, body: result, headers: { Location: `/api/v1/templates/${result.templateId}/versions/${result.version}` } }
  },
}
