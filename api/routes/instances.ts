import { inTenant } from '../../db/client.ts'
import { getInstance } from '../../db/instances.ts'
import { getVersionById } from '../../db/template-versions.ts'
import { etagOf } from '../etag.ts'
import type { Handlers } from './index.ts'

export const instances: Pick<Handlers, 'getInstance'> = {
  getInstance: (ctx, { tenantId, params }) =>
    inTenant(ctx.db, tenantId, async (tx) => {
      const { id: instanceId, templateId, versionId, variables, variablesHash, kbRefs, useLlm, rendering: { resources, initialization } } = await getInstance(tx, params.id)
      const { version } = await getVersionById(tx, versionId)
      const rendering = {
        resources: Object.fromEntries(Object.entries(resources).map(([name, { provider, type, spec }]) => [name, { provider, type, spec }])),
        initialization: { prompts: initialization.prompts.map(({ row }) => row), documents: initialization.documents.map(({ row }) => row) },
      }
      const body = { instanceId, templateId, version, variables, variablesHash, kbRefs, useLlm, rendering }
      return { status: 200, body, headers: { ETag: etagOf(body) } }
    }),
}
