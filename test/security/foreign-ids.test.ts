import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { type Operation, errorsOf } from '../../contracts/operation.ts'
import { type OperationId, operations } from '../../contracts/operations.ts'
import { rowOf, seedTenant, tenantTables } from '../db/seed.ts'
import type { Seed } from '../db/seed.ts'
import { importSmall } from '../support/small-plan.ts'
import { type TestStack, startStack } from '../support/stack.ts'

/** Everything of another tenant that has an id, and what is ours to send it with. */
interface Ids extends Seed {
  connectionId: string
  documentId: string
  resourcePlanId: string
  pipelineId: string
  conflictId: string
  ownTemplate: string
  ownClient: string
}

interface Request {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  /** Lists are empty where single things are 404. */
  empty?: true
}

const targets = ['retell']
const reason = 'Because'
const noIds = (): Request[] => []
const byId = (id: (ids: Ids) => string, body?: unknown) => (ids: Ids): Request[] => [{ params: { id: id(ids) }, ...(body === undefined ? {} : { body }) }]
/** By its id and, as names are somebody else's too, by its name. */
const byTemplate = (body?: unknown, more: Partial<Request> = {}) => (ids: Ids): Request[] => [ids.templateId, 'desk'].map((id) => ({ ...more, params: { id, ...more.params }, ...(body === undefined ? {} : { body }) }))
const byWorkflow = (body?: unknown) => (ids: Ids): Request[] => [ids.workflowId, 'onboard'].map((id) => ({ params: { id }, ...(body === undefined ? {} : { body }) }))
const byDocument = (body?: unknown) => (ids: Ids): Request[] => [ids.documentId, 'policies'].map((id) => ({ params: { id }, ...(body === undefined ? {} : { body }) }))

/** Each operation with each place where it takes an id, filled with another tenant's. One that is not here does not compile, and fails. */
const table: Record<OperationId, (ids: Ids) => Request[]> = {
  importTemplate: noIds,
  createTemplate: noIds,
  searchTemplates: () => [{ body: { query: 'desk' }, empty: true }],
  listTemplates: () => [{ query: { name: 'desk' }, empty: true }],
  getTemplate: byTemplate(),
  updateTemplate: byTemplate({ meta: { title: 'Taken' } }),
  deleteTemplate: byTemplate(undefined, { query: { force: 'true' } }),
  restoreTemplate: byTemplate(),
  publishTemplate: byTemplate({}),
  listTemplateVersions: byTemplate(),
  getTemplateVersion: byTemplate(undefined, { params: { version: '1.0.0' } }),
  compareVersions: byTemplate(undefined, { query: { from: '1.0.0' } }),
  exportTemplate: byTemplate(),
  rollbackTemplate: byTemplate({ version: '1.0.0' }),
  customizeTemplate: byTemplate({ variables: {} }),
  instantiateTemplate: byTemplate({ projectName: 'taken' }),
  getInstance: byId(({ instanceId }) => instanceId),
  planDeployment: (ids) => [
    ...byTemplate({ clientId: ids.ownClient, targets, instanceId: ids.instanceId })(ids),
    { params: { id: ids.ownTemplate }, body: { clientId: ids.clientId, targets, variables: { company: 'x' } } },
    { params: { id: ids.ownTemplate }, body: { clientId: ids.ownClient, targets, instanceId: ids.instanceId } },
  ],
  initializeResources: (ids) => [...byTemplate({ planId: ids.planId })(ids), { params: { id: ids.ownTemplate }, body: { planId: ids.planId } }],
  deployPlan: (ids) => [...byTemplate({ planId: ids.planId })(ids), { params: { id: ids.ownTemplate }, body: { planId: ids.planId } }],
  listLinks: (ids) => [...byTemplate()(ids), { params: { id: ids.ownTemplate }, query: { planId: ids.planId }, empty: true }, { params: { id: ids.ownTemplate }, query: { clientId: ids.clientId }, empty: true }],
  getPlan: byId(({ planId }) => planId),
  undeployPlan: byId(({ planId }) => planId, {}),
  getResourcePlan: byId(({ resourcePlanId }) => resourcePlanId),
  startPipeline: (ids) => [{ body: { templateId: ids.templateId, clientId: ids.ownClient, targets } }, { body: { templateId: ids.ownTemplate, clientId: ids.clientId, targets } }],
  getPipeline: byId(({ pipelineId }) => pipelineId),
  listWorkflows: () => [{ query: { name: 'onboard' }, empty: true }],
  putWorkflow: noIds,
  listWorkflowActions: noIds,
  getWorkflow: byWorkflow(),
  executeWorkflow: byWorkflow({}),
  listWorkflowRuns: byWorkflow(),
  getWorkflowRun: byId(({ workflowRunId }) => workflowRunId),
  streamWorkflowRun: byId(({ workflowRunId }) => workflowRunId),
  decideWorkflowStep: byId(({ workflowRunId }) => workflowRunId, { step: 'review', decision: 'approve' }),
  cancelWorkflowRun: byId(({ workflowRunId }) => workflowRunId, {}),
  rerunWorkflow: byId(({ workflowRunId }) => workflowRunId, {}),
  listDeployments: ({ planId, clientId, templateId }) => [{ planId }, { clientId }, { templateId }].map((query) => ({ query: query as Record<string, string>, empty: true })),
  getDeployment: byId(({ recordId }) => recordId),
  getDeploymentLogs: byId(({ recordId }) => recordId),
  streamDeploymentEvents: byId(({ recordId }) => recordId),
  retryDeployment: byId(({ recordId }) => recordId, {}),
  skipDeployment: byId(({ recordId }) => recordId, { provider: 'retell', reason }),
  resolveDeployment: byId(({ recordId }) => recordId, { provider: 'retell', links: [], reason }),
  cancelDeployment: byId(({ recordId }) => recordId, { reason }),
  listDeadLetters: ({ planId }) => [{ query: { planId, status: 'all' }, empty: true }],
  retryDeadLetters: ({ planId }) => [{ body: { filter: { planId } }, empty: true }],
  validateQuality: ({ templateId }) => [{ body: { templateId } }, { body: { templateId: 'desk' } }],
  scoreQuality: ({ templateId }) => [{ body: { templateId } }, { body: { templateId: 'desk' } }],
  reportQuality: ({ templateId }) => [{ query: { templateId } }],
  getQualityPolicy: noIds,
  putQualityPolicy: noIds,
  listClients: () => [{ query: { name: 'Bright' }, empty: true }],
  createClient: noIds,
  getClient: byId(({ clientId }) => clientId),
  updateClient: byId(({ clientId }) => clientId, { name: 'Taken' }),
  deleteClient: byId(({ clientId }) => clientId),
  listConnections: ({ clientId }) => [{ query: { clientId }, empty: true }],
  putConnection: ({ clientId }) => [{ body: { provider: 'retell', clientId, baseUrl: 'sandbox:retell', secrets: { apiKey: 'key_sandbox' } } }],
  getConnection: byId(({ connectionId }) => connectionId),
  updateConnection: byId(({ connectionId }) => connectionId, { name: 'Taken' }),
  deleteConnection: byId(({ connectionId }) => connectionId),
  testConnection: byId(({ connectionId }) => connectionId),
  listKbDocuments: () => [{ query: { ref: 'policies' }, empty: true }],
  createKbDocument: noIds,
  getKbDocument: byDocument(),
  updateKbDocument: byDocument({ title: 'Taken' }),
  deleteKbDocument: byDocument(),
  listAudit: ({ templateId }) => [{ query: { subject: templateId }, empty: true }],
  listUsers: () => [{ query: { email: 'ada@agency.example' }, empty: true }],
  createUser: noIds,
  getUser: byId(({ userId }) => userId),
  updateUser: byId(({ userId }) => userId, { disabled: true }),
  deleteUser: byId(({ userId }) => userId),
  listInvitations: () => [{ empty: true }],
  createInvitation: noIds,
  deleteInvitation: byId(({ invitationId }) => invitationId),
  listApiKeys: () => [{ empty: true }],
  createApiKey: noIds,
  getApiKey: byId(({ apiKeyId }) => apiKeyId),
  deleteApiKey: byId(({ apiKeyId }) => apiKeyId),
  syncRepository: noIds,
  gitStatus: noIds,
  listGitConflicts: ({ templateId }) => [{ query: { templateId, status: 'all' }, empty: true }],
  resolveGitConflict: byId(({ conflictId }) => conflictId, { take: 'ours' }),
  createTenant: noIds,
  getMe: noIds,
  changePassword: noIds,
  login: noIds,
  refreshToken: noIds,
  logout: noIds,
  acceptInvitation: noIds,
  adminStats: noIds,
  clearCache: noIds,
  health: noIds,
  ready: noIds,
  metrics: noIds,
}

let stack: TestStack
let ids: Ids
let before: string

/** Every row of theirs, as text. */
async function dump(): Promise<string> {
  const tables = await tenantTables(stack.db)
  const all = await Promise.all(tables.map(async (name) => ({ name, rows: (await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t where tenant_id = ${ids.tenantId} order by 1`.execute(stack.db)).rows })))
  return JSON.stringify(all)
}

beforeAll(async () => {
  stack = await startStack({ supabase: false })
  const theirs = await seedTenant(stack.db, 'theirs')
  const idOf = async (name: string) => String((await rowOf(stack.db, name, theirs.tenantId))['id'])
  ids = {
    ...theirs, connectionId: await idOf('connections'), documentId: await idOf('kb_documents'), resourcePlanId: await idOf('resource_plans'), pipelineId: await idOf('pipelines'), conflictId: await idOf('git_conflicts'),
    ownTemplate: await importSmall(stack), ownClient: (await stack.call<{ id: string }>('POST', '/api/v1/clients', { name: 'Ours' })).body.id,
  }
  before = await dump()
}, 120_000)
afterAll(() => stack.close())

const rows = Object.entries(operations) as [OperationId, Operation][]
const isEmpty = (value: unknown): boolean => value === null || value === 0 || (typeof value === 'object' && Object.values(value).every(isEmpty))

test('the table has each operation once, and none without ids takes any', () => {
  expect(Object.keys(table).sort()).toEqual(rows.map(([id]) => id).sort())
  expect(rows.filter(([id, { params }]) => params !== undefined && table[id](ids).length === 0)).toEqual([])
})

describe.each(rows.filter(([id]) => table[id] !== noIds))('%s', (id, row) => {
  test("with another tenant's ids answers as if there were nothing, and changes nothing of theirs", async () => {
    for (const { params = {}, query, body, empty } of table[id](ids)) {
      const path = (row.at === 'root' ? row.path : `/api/v1${row.path}`).replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '')
      const answer = await stack.call<{ code?: string }>(row.method.toUpperCase(), `${path}${query === undefined ? '' : `?${String(new URLSearchParams(query))}`}`, body)
      if (empty) expect([path, answer.status, isEmpty(answer.body)]).toEqual([path, 200, true])
      else {
        expect([path, answer.status]).toEqual([path, 404])
        expect(errorsOf(row)).toContain(answer.body.code)
      }
    }
    expect(await dump()).toBe(before)
  })
})
