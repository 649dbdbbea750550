import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Operation, pathsOf } from '../../contracts/operation.ts'
import { type OperationId, operations } from '../../contracts/operations.ts'
import { type Permission, permissions, roles } from '../../contracts/permissions.ts'
import { inTenant } from '../../db/client.ts'
import { insertApiKey } from '../../db/api-keys.ts'
import { newSecret } from '../../api/auth/secrets.ts'
import { type Harness, startHarness } from '../api/harness.ts'

const everyone = 'owner admin operator approver editor viewer'
const writers = 'owner admin operator editor'
const operators = 'owner admin operator'
const auditors = 'owner admin approver'
const admins = 'owner admin'

/** Who may ask for what, written out by hand. An operation that is not here does not compile, and fails. */
const table: Record<OperationId, string> = {
  importTemplate: operators,
  createTemplate: writers,
  searchTemplates: everyone,
  listTemplates: everyone,
  getTemplate: everyone,
  updateTemplate: writers,
  deleteTemplate: writers,
  restoreTemplate: writers,
  publishTemplate: operators,
  listTemplateVersions: everyone,
  getTemplateVersion: everyone,
  compareVersions: everyone,
  exportTemplate: everyone,
  rollbackTemplate: writers,
  instantiateTemplate: everyone,
  customizeTemplate: writers,
  getInstance: everyone,
  planDeployment: operators,
  initializeResources: operators,
  deployPlan: operators,
  listLinks: everyone,
  getPlan: everyone,
  undeployPlan: operators,
  getResourcePlan: everyone,
  startPipeline: operators,
  getPipeline: everyone,
  listWorkflows: everyone,
  putWorkflow: writers,
  listWorkflowActions: everyone,
  getWorkflow: everyone,
  executeWorkflow: operators,
  listWorkflowRuns: everyone,
  getWorkflowRun: everyone,
  streamWorkflowRun: everyone,
  decideWorkflowStep: auditors,
  cancelWorkflowRun: operators,
  rerunWorkflow: operators,
  listDeployments: everyone,
  getDeployment: everyone,
  getDeploymentLogs: everyone,
  streamDeploymentEvents: everyone,
  retryDeployment: operators,
  skipDeployment: operators,
  resolveDeployment: operators,
  cancelDeployment: operators,
  listDeadLetters: everyone,
  retryDeadLetters: operators,
  validateQuality: everyone,
  scoreQuality: everyone,
  reportQuality: everyone,
  getQualityPolicy: everyone,
  putQualityPolicy: admins,
  listClients: everyone,
  createClient: operators,
  getClient: everyone,
  updateClient: operators,
  deleteClient: operators,
  listConnections: everyone,
  putConnection: operators,
  getConnection: everyone,
  updateConnection: operators,
  deleteConnection: operators,
  testConnection: operators,
  listKbDocuments: everyone,
  createKbDocument: writers,
  getKbDocument: everyone,
  updateKbDocument: writers,
  deleteKbDocument: writers,
  listAudit: auditors,
  listUsers: auditors,
  createUser: admins,
  getUser: auditors,
  updateUser: admins,
  deleteUser: admins,
  listInvitations: auditors,
  createInvitation: admins,
  deleteInvitation: admins,
  listApiKeys: admins,
  createApiKey: admins,
  getApiKey: admins,
  deleteApiKey: admins,
  syncRepository: admins,
  gitStatus: admins,
  listGitConflicts: admins,
  resolveGitConflict: admins,
  createTenant: 'platform:admin',
  getMe: 'signed-in',
  changePassword: 'signed-in',
  login: 'anyone',
  refreshToken: 'anyone',
  logout: 'anyone',
  acceptInvitation: 'anyone',
  adminStats: admins,
  clearCache: admins,
  health: 'anyone',
  ready: 'anyone',
  metrics: 'anyone',
}

let api: Harness
beforeAll(async () => { api = await startHarness() })
afterAll(() => api.stop())

const rows = Object.entries(operations) as [OperationId, Operation][]

/** The query is wrong on purpose: whoever is let in hears 400, and nothing happens. */
const ask = (row: Operation, path: string, token: string | undefined) =>
  api.ask<{ code: string }>(row.method.toUpperCase(), `${path.replace(/\{\w+\}/g, () => randomUUID())}?no-such-parameter=1`, { token }).then(({ status }) => status)

async function letIn(row: Operation, path: string): Promise<string[]> {
  const asked = await Promise.all([...roles, 'platform:admin'].map(async (role) => ({ role, status: await ask(row, path, await api.tokenOf(role)) })))
  for (const { status } of asked) expect([400, 403]).toContain(status)
  return asked.flatMap(({ role, status }) => (status === 400 ? [role] : []))
}

const expected = (who: string): string[] => (who === 'anyone' || who === 'signed-in' ? [...roles, 'platform:admin'] : who.split(' '))

test('the table has each operation once, and no other', () => {
  expect(Object.keys(table).sort()).toEqual(rows.map(([id]) => id).sort())
})

describe.each(rows)('%s', (id, row) => {
  test.each(pathsOf(row))('at %s lets in whom the table says, and nobody else', async (path) => {
    expect(await letIn(row, path)).toEqual(expected(table[id]))
    expect(await ask(row, path, undefined)).toBe(table[id] === 'anyone' ? 400 : 401)
    expect(await ask(row, path, await api.tokenOf('nobody'))).toBe(expected(table[id]).length > roles.length ? 400 : 403)
  })
})

const needs = rows.flatMap(([id, { access }]) => (typeof access === 'string' || access.includes('platform:admin') ? [] : [[id, access as readonly Permission[]] as const]))

/** A key of our tenant, written past the rule that one gives what one holds. */
async function keyFor(held: readonly Permission[]): Promise<string> {
  const { text, hash } = newSecret('sk', api.tenant)
  await inTenant(api.db, api.tenant, (tx) => insertApiKey(tx, { tenantId: api.tenant, id: randomUUID(), name: 'key', hash, permissions: held, days: 1, createdBy: 'test' }))
  return text
}

test.each(needs)('%s takes a key that holds just its permissions, and none that lacks one of them', async (id, access) => {
  const row: Operation = operations[id]
  const [path = ''] = pathsOf(row)
  expect(await ask(row, path, await keyFor(access))).toBe(400)
  for (const lacking of access) expect(await ask(row, path, await keyFor((Object.keys(permissions) as Permission[]).filter((one) => one !== lacking)))).toBe(403)
})
