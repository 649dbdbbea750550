import { z } from 'zod'
import * as api from '../api.ts'
import * as connections from '../connections.ts'
import { examples } from '../examples.ts'
import { operation } from '../operation.ts'
import * as queries from '../queries.ts'
import { adminStats } from '../stats.ts'

const gone = { 204: { description: 'Deleted' } }
const health = z.strictObject({
  status: z.enum(['healthy', 'degraded']), service: z.string(), version: z.string(), database: z.enum(['connected', 'unavailable']), redis: z.enum(['connected', 'unavailable', 'not configured']), temporal: z.enum(['connected', 'unavailable']), templates_count: z.int().nullable(),
})

/** What a tenant keeps: clients, connections, knowledge, the audit trail. */
export const recordOperations = {
  listClients: operation({
    method: 'get', path: '/clients', at: 'v1', access: ['client:read'], tag: 'Clients', summary: 'List clients', query: queries.clientsQuery,
    answers: { 200: { description: 'A page of clients', schema: api.lists.clients, example: examples.clients } }, errors: [],
  }),
  createClient: operation({
    method: 'post', path: '/clients', at: 'v1', access: ['client:write'], tag: 'Clients', summary: 'Make a client', body: api.clientRequest, example: { name: 'Bright Smile' },
    answers: { 201: { description: 'Made', schema: api.client, example: examples.client } }, errors: ['409.name_taken'], etag: true,
  }),
  getClient: operation({
    method: 'get', path: '/clients/{id}', at: 'v1', access: ['client:read'], tag: 'Clients', summary: 'Read a client', params: queries.byId, etag: true,
    answers: { 200: { description: 'The client', schema: api.client, example: examples.client } }, errors: ['404.client_not_found'],
  }),
  updateClient: operation({
    method: 'patch', path: '/clients/{id}', at: 'v1', access: ['client:write'], tag: 'Clients', summary: 'Change a client', params: queries.byId, body: api.clientPatch, example: { name: 'Bright Smile Dental' }, etag: true,
    answers: { 200: { description: 'Changed', schema: api.client, example: examples.client } }, errors: ['404.client_not_found', '409.name_taken'],
  }),
  deleteClient: operation({
    method: 'delete', path: '/clients/{id}', at: 'v1', access: ['client:write'], tag: 'Clients', summary: 'Delete a client without plans', params: queries.byId, etag: true, answers: gone, errors: ['404.client_not_found', '409.in_use'],
  }),
  listConnections: operation({
    method: 'get', path: '/connections', at: 'v1', access: ['connection:read'], tag: 'Connections', summary: 'List connections', query: queries.connectionsQuery,
    answers: { 200: { description: 'A page of connections; of secrets the names only', schema: connections.connections, example: examples.connections } }, errors: [],
  }),
  putConnection: operation({
    method: 'post', path: '/connections', at: 'v1', access: ['connection:write'], tag: 'Connections', summary: 'Store the credentials of a provider account', etag: true,
    description: 'One per provider and client: storing it again replaces it under the same id.', body: connections.connectionRequest, example: { provider: 'retell', name: 'Agency account', secrets: { apiKey: 'key_…' } },
    answers: { 201: { description: 'Stored', schema: connections.connection, example: examples.connection }, 200: { description: 'Replaced', schema: connections.connection, example: examples.connection } }, errors: ['404.client_not_found'],
  }),
  getConnection: operation({
    method: 'get', path: '/connections/{id}', at: 'v1', access: ['connection:read'], tag: 'Connections', summary: 'Read a connection', params: queries.byId, etag: true,
    answers: { 200: { description: 'The connection; of secrets the names only', schema: connections.connection, example: examples.connection } }, errors: ['404.connection_not_found'],
  }),
  updateConnection: operation({
    method: 'patch', path: '/connections/{id}', at: 'v1', access: ['connection:write'], tag: 'Connections', summary: 'Change a connection', description: '`config` and `secrets` replace the whole set when given.',
    params: queries.byId, body: connections.connectionPatch, example: { secrets: { apiKey: 'key_…' } }, etag: true,
    answers: { 200: { description: 'Changed', schema: connections.connection, example: examples.connection } }, errors: ['404.connection_not_found'],
  }),
  deleteConnection: operation({
    method: 'delete', path: '/connections/{id}', at: 'v1', access: ['connection:write'], tag: 'Connections', summary: 'Delete a connection', params: queries.byId, etag: true, answers: gone, errors: ['404.connection_not_found'],
  }),
  testConnection: operation({
    method: 'post', path: '/connections/{id}/test', at: 'v1', access: ['connection:write'], tag: 'Connections', summary: 'Ask the provider whether the credentials work', params: queries.byId,
    answers: { 200: { description: 'What the provider said', schema: connections.connectionTest, example: examples.connectionTest } }, errors: ['404.connection_not_found'],
  }),
  listKbDocuments: operation({
    method: 'get', path: '/kb/documents', at: 'v1', access: ['kb:read'], tag: 'Knowledge base', summary: 'List documents', query: queries.kbQuery,
    answers: { 200: { description: 'A page of documents', schema: api.lists.kbDocuments, example: examples.documents } }, errors: [],
  }),
  createKbDocument: operation({
    method: 'post', path: '/kb/documents', at: 'v1', access: ['kb:write'], tag: 'Knowledge base', summary: 'Store a document', body: api.kbDocumentRequest, example: { ref: 'openingHours', title: 'Opening hours', content: 'Monday to Friday, 9 to 17' }, etag: true,
    answers: { 201: { description: 'Stored', schema: api.kbDocument, example: examples.document } }, errors: ['409.name_taken'],
  }),
  getKbDocument: operation({
    method: 'get', path: '/kb/documents/{id}', at: 'v1', access: ['kb:read'], tag: 'Knowledge base', summary: 'Read a document', params: queries.byIdOrRef, etag: true,
    answers: { 200: { description: 'The document', schema: api.kbDocument, example: examples.document } }, errors: ['404.kb_document_not_found'],
  }),
  updateKbDocument: operation({
    method: 'patch', path: '/kb/documents/{id}', at: 'v1', access: ['kb:write'], tag: 'Knowledge base', summary: 'Change a document', params: queries.byIdOrRef, body: api.kbDocumentPatch, example: { content: 'Monday to Friday, 8 to 18' }, etag: true,
    answers: { 200: { description: 'Changed', schema: api.kbDocument, example: examples.document } }, errors: ['404.kb_document_not_found', '409.name_taken'],
  }),
  deleteKbDocument: operation({
    method: 'delete', path: '/kb/documents/{id}', at: 'v1', access: ['kb:write'], tag: 'Knowledge base', summary: 'Delete a document', params: queries.byIdOrRef, etag: true, answers: gone, errors: ['404.kb_document_not_found'],
  }),
  listAudit: operation({
    method: 'get', path: '/audit', at: 'v1', access: ['audit:read'], tag: 'Audit', summary: 'Who did what', query: queries.auditQuery,
    answers: { 200: { description: 'A page of audit events', schema: api.lists.audit, example: examples.audit } }, errors: [],
  }),
  adminStats: operation({
    method: 'get', path: '/admin/stats', at: 'v1', access: ['admin:stats'], tag: 'Service', summary: 'What there is, and how cache, git and streams are',
    answers: { 200: { description: "The tenant's figures", schema: adminStats, example: examples.adminStats } }, errors: [],
  }),
  clearCache: operation({
    method: 'post', path: '/admin/cache/clear', at: 'v1', access: ['admin:cache'], tag: 'Service', summary: "Forget the tenant's cached templates and instances", description: 'In all processes. What is read next comes from the database.',
    answers: { 200: { description: 'Forgotten', schema: api.cacheCleared, example: examples.cacheCleared } }, errors: [],
  }),
  health: operation({
    method: 'get', path: '/health', at: 'both', access: 'anyone', tag: 'Service', summary: 'How the service is', description: 'Always 200; what is degraded is said inside.',
    answers: { 200: { description: 'Healthy or degraded', schema: health, example: examples.health } }, errors: [],
  }),
  ready: operation({
    method: 'get', path: '/ready', at: 'both', access: 'anyone', tag: 'Service', summary: 'Whether the service can work',
    answers: { 200: { description: 'Ready', schema: z.strictObject({ status: z.literal('ready') }), example: examples.ready } }, errors: ['503.unavailable'],
  }),
  metrics: operation({
    method: 'get', path: '/metrics', at: 'root', access: 'anyone', tag: 'Service', summary: 'Prometheus metrics',
    answers: { 200: { description: 'Text exposition format', contentType: 'text/plain', example: '# TYPE http_requests_total counter\n' } }, errors: [],
  }),
}
