import type { z } from 'zod'
import type { connectionTest } from '../../contracts/connections.ts'
import { DomainError, type ProblemError } from '../../contracts/errors.ts'
import type { Json } from '../../contracts/json.ts'
import { workflowIds } from '../../contracts/workflow.ts'
import { putBlob } from '../../db/blobs.ts'
import { inTenant } from '../../db/client.ts'
import { getClient } from '../../db/clients.ts'
import { deleteConnection, describeConnection, getConnection, listConnections, putConnection, updateConnection } from '../../db/connections.ts'
import { newId } from '../../db/ids.ts'
import type { Call } from '../call.ts'
import type { ApiContext } from '../context.ts'
import { checkIfMatch, etagOf } from '../etag.ts'
import { pageOf } from '../pages.ts'
import { audited } from '../audited.ts'
import { runStage } from '../temporal.ts'
import type { Handlers } from './index.ts'

type Asker = Pick<Call, 'tenantId' | 'actor' | 'correlationId'>
interface Shape {
  provider: string
  baseUrl: string | null
  config: Record<string, string>
  secrets: Record<string, string>
}

const check = ({ tenantId, actor, correlationId }: Asker, about: { blobRef: string; ask: 'shape' } | { connectionId: string; ask: 'vendor' }, provider: string) => ({
  type: 'checkConnection',
  workflowId: workflowIds.checkConnection(tenantId, newId()),
  input: { tenantId, actor, correlationId, ...about },
  summary: about.ask === 'shape' ? `Check what a connection to ${provider} needs` : `Ask ${provider} whether a connection works`,
  attributes: { SlipwayProviders: [provider] },
})

/** Only workers know the providers: they say what a connection lacks. Throws 400.request_invalid. */
async function checkShape(ctx: ApiContext, asker: Asker, shape: Shape): Promise<void> {
  const blobRef = await inTenant(ctx.db, asker.tenantId, (tx) => putBlob(tx, ctx.vault, asker.tenantId, { ...shape } satisfies Json))
  const { result } = await runStage<{ problems: ProblemError[] }>(ctx, check(asker, { blobRef, ask: 'shape' }, shape.provider))
  if (result.problems.length === 0) return
  throw new DomainError('400.request_invalid', `The connection lacks something: ${result.problems.slice(0, 3).map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}`, { errors: result.problems })
}

export const connections: Pick<Handlers, 'listConnections' | 'putConnection' | 'getConnection' | 'updateConnection' | 'deleteConnection' | 'testConnection'> = {
  listConnections: async (ctx, { tenantId, query }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => listConnections(tx, ctx.vault, query, pageOf(query))) }),

  putConnection: async (ctx, call) => {
    const { body, tenantId, actor } = call
    const clientId = body.clientId ?? null
    if (clientId !== null) await inTenant(ctx.db, tenantId, (tx) => getClient(tx, clientId))
    await checkShape(ctx, call, { provider: body.provider, baseUrl: body.baseUrl ?? null, config: body.config, secrets: body.secrets })
    return inTenant(ctx.db, tenantId, async (tx) => {
      const { connection, created } = await putConnection(tx, ctx.vault, { ...body, tenantId, createdBy: actor }, (current) => { checkIfMatch(call.ifMatch, current) })
      await audited(call, tx, created ? 'connection.created' : 'connection.replaced', connection.id, { provider: connection.provider, clientId, secrets: connection.secrets })
      return { status: created ? 201 : 200, body: connection, headers: { ETag: etagOf(connection), Location: `/api/v1/connections/${connection.id}` } }
    })
  },

  getConnection: async (ctx, { tenantId, params }) => {
    const connection = await inTenant(ctx.db, tenantId, (tx) => describeConnection(tx, ctx.vault, params.id))
    return { status: 200, body: connection, headers: { ETag: etagOf(connection) } }
  },

  updateConnection: async (ctx, call) => {
    const { tenantId, params, body } = call
    const current = await inTenant(ctx.db, tenantId, (tx) => getConnection(tx, ctx.vault, params.id))
    const { provider } = current
    await checkShape(ctx, call, { provider, baseUrl: body.baseUrl ?? current.baseUrl, config: body.config ?? current.config, secrets: body.secrets ?? current.secrets })
    return inTenant(ctx.db, tenantId, async (tx) => {
      checkIfMatch(call.ifMatch, await describeConnection(tx, ctx.vault, params.id, { lock: true }))
      const connection = await updateConnection(tx, ctx.vault, tenantId, params.id, body)
      await audited(call, tx, 'connection.updated', connection.id, { provider, fields: Object.keys(body) })
      return { status: 200, body: connection, headers: { ETag: etagOf(connection) } }
    })
  },

  deleteConnection: (ctx, call) =>
    inTenant(ctx.db, call.tenantId, async (tx) => {
      const connection = await describeConnection(tx, ctx.vault, call.params.id, { lock: true })
      checkIfMatch(call.ifMatch, connection)
      await deleteConnection(tx, connection.id)
      await audited(call, tx, 'connection.deleted', connection.id, { provider: connection.provider })
      return { status: 204, body: undefined }
    }),

  testConnection: async (ctx, call) => {
    const { provider, id } = await inTenant(ctx.db, call.tenantId, (tx) => describeConnection(tx, ctx.vault, call.params.id))
    const { result } = await runStage<z.infer<typeof connectionTest>>(ctx, check(call, { connectionId: id, ask: 'vendor' }, provider))
    return { status: 200, body: result }
  },
}
