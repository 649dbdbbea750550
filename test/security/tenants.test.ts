import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { OperationNodeTransformer, sql } from 'kysely'
import type { DeleteQueryNode, KyselyPlugin, PluginTransformQueryArgs, RootOperationNode, SelectQueryNode, UpdateQueryNode } from 'kysely'
import { deleteApiKey, getApiKey, listApiKeys, useApiKey } from '../../db/api-keys.ts'
import { listAudit } from '../../db/audit-list.ts'
import { inTenant } from '../../db/client.ts'
import { openDatabase } from '../../db/pool.ts'
import type { Db, Tx } from '../../db/client.ts'
import { deleteClient, findClient, findClientByName, listClients, updateClient } from '../../db/clients.ts'
import { deleteConnection, getConnection, listConnections, resolveConnection, updateConnection } from '../../db/connections.ts'
import { countTemplates, sweepExpired } from '../../db/counts.ts'
import { groupDeadLetters, listDeadLetters } from '../../db/dead-letter-queries.ts'
import { eventsAfter, listEvents } from '../../db/deployment-events.ts'
import { listDeployments } from '../../db/deployment-list.ts'
import { findDeployment, readProgress } from '../../db/deployment-queries.ts'
import { decideDeadLetters } from '../../db/dead-letters.ts'
import { findParkedRecord, setRecordStatus } from '../../db/deployments.ts'
import { freeKey } from '../../db/idempotency.ts'
import { findInstance, readSecretVariables } from '../../db/instances.ts'
import { deleteInvitation, getInvitation, listInvitations, takeInvitation } from '../../db/invitations.ts'
import { readKbDocuments } from '../../db/kb-contents.ts'
import { deleteKbDocument, getKbDocument, listKbDocuments } from '../../db/kb-documents.ts'
import { listLinks } from '../../db/links.ts'
import { listManaged } from '../../db/managed-resources.ts'
import { migrate } from '../../db/migrate.ts'
import { findPlan, saveChanges } from '../../db/plans.ts'
import { takeToken } from '../../db/rate-limits.ts'
import { endFamily, endSessions, spendRefreshToken } from '../../db/refresh-tokens.ts'
import { readBlob } from '../../db/blobs.ts'
import { deleteResourcePlan, findResourcePlanOf, listSiblings } from '../../db/resource-plans.ts'
import { listDependents } from '../../db/dependents.ts'
import { pageOfTemplates } from '../../db/template-list.ts'
import { searchTemplates } from '../../db/template-search.ts'
import { getVersionById, listVersions } from '../../db/template-versions.ts'
import { findTemplate, findTemplateByName } from '../../db/templates.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { deleteUser, findAccount, findAccountByEmail, listUsers, lockOwners, noteLogin, updateUser } from '../../db/users.ts'
import { createVault } from '../../db/vault.ts'
import { seedTenant, openTables } from '../db/seed.ts'
import type { Seed } from '../db/seed.ts'
import { cloneDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { shared } from '../support/shared.ts'

/** Takes every `where` out of what the query builder makes, as a slip of the pen would. */
const transformer = new (class extends OperationNodeTransformer {
  dropped = 0
  #without<T extends { where?: unknown }>({ where, ...rest }: T): T {
    if (where !== undefined) this.dropped += 1
    return rest as T
  }
  protected override transformSelectQuery(node: SelectQueryNode): SelectQueryNode { return this.#without(super.transformSelectQuery(node)) }
  protected override transformUpdateQuery(node: UpdateQueryNode): UpdateQueryNode { return this.#without(super.transformUpdateQuery(node)) }
  protected override transformDeleteQuery(node: DeleteQueryNode): DeleteQueryNode { return this.#without(super.transformDeleteQuery(node)) }
})()
const forgetful: KyselyPlugin = {
  transformQuery: ({ node }: PluginTransformQueryArgs): RootOperationNode => transformer.transformNode(node),
  transformResult: ({ result }) => Promise.resolve(result),
}

const vault = createVault({ key: Buffer.alloc(32, 1).toString('base64'), oldKeys: [] })
const page = { limit: 100 }
let database: TestDatabase
let theirs: Seed
let ours: string
let db: Db

beforeAll(async () => {
  database = await cloneDatabase()
  theirs = await seedTenant(database.db, 'theirs')
  ours = (await ensureTenant(database.db, 'ours')).id
  db = database.db.withPlugin(forgetful)
})
afterAll(() => database.drop())

const nothing = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) ? value.length === 0 : typeof value === 'object' && value !== null && ('items' in value ? nothing(value.items) : Object.keys(value).length === 0))

/** The product's own readers, asked for their tenant's rows by their ids. */
const readers: Record<string, (tx: Tx, of: Seed) => Promise<unknown>> = {
  listAudit: (tx) => listAudit(tx, {}, page),
  findClient: (tx, { clientId }) => findClient(tx, clientId),
  findClientByName: (tx) => findClientByName(tx, 'Bright'),
  listClients: (tx) => listClients(tx, {}, page),
  resolveConnection: (tx, { clientId }) => resolveConnection(tx, vault, 'retell', clientId),
  getConnection: (tx, { clientId }) => getConnection(tx, vault, clientId),
  listConnections: (tx) => listConnections(tx, vault, {}, page),
  listDeadLetters: (tx) => listDeadLetters(tx, {} as never, page),
  groupDeadLetters: (tx) => groupDeadLetters(tx, {} as never),
  listDeployments: (tx) => listDeployments(tx, {} as never, page),
  findDeployment: (tx, { recordId }) => findDeployment(tx, recordId),
  listEvents: (tx, { recordId }) => listEvents(tx, recordId, {}, page),
  eventsAfter: (tx, { recordId }) => eventsAfter(tx, recordId, 0, 100),
  readProgress: (tx, { recordId }) => readProgress(tx, recordId),
  findParkedRecord: (tx, { planId }) => findParkedRecord(tx, planId),
  findInstance: (tx, { instanceId }) => findInstance(tx, instanceId),
  readSecretVariables: (tx, { tenantId, instanceId }) => readSecretVariables(tx, vault, tenantId, instanceId),
  readKbDocuments: (tx) => readKbDocuments(tx, ['policies']),
  getKbDocument: (tx) => getKbDocument(tx, 'policies'),
  listKbDocuments: (tx) => listKbDocuments(tx, {}, page),
  listLinks: (tx) => listLinks(tx, {}),
  listManaged: (tx, seed) => listManaged(tx, seed),
  findPlan: (tx, { planId }) => findPlan(tx, planId),
  readBlob: (tx, { tenantId }) => readBlob(tx, vault, tenantId, 'r'),
  findResourcePlanOf: (tx, { planId }) => findResourcePlanOf(tx, planId),
  listSiblings: (tx, { clientId, templateId, instanceId }) => listSiblings(tx, { id: instanceId, clientId, templateId }),
  pageOfTemplates: (tx) => pageOfTemplates(tx, {}, 'created', page),
  searchTemplates: async (tx) => (await searchTemplates(tx, { filters: {}, limit: 10 })).items,
  listDependents: (tx, { templateId }) => listDependents(tx, templateId),
  findTemplate: (tx, { templateId }) => findTemplate(tx, templateId),
  findTemplateByName: (tx) => findTemplateByName(tx, 'retell', 'desk'),
  getVersionById: (tx, { versionId }) => getVersionById(tx, versionId),
  listVersions: (tx, { templateId }) => listVersions(tx, templateId),
  findAccount: (tx, { userId }) => findAccount(tx, userId),
  findAccountByEmail: (tx) => findAccountByEmail(tx, 'ada@agency.example'),
  listUsers: (tx) => listUsers(tx, {}, page),
  lockOwners: (tx) => lockOwners(tx),
  getApiKey: (tx, { apiKeyId }) => getApiKey(tx, apiKeyId),
  useApiKey: (tx) => useApiKey(tx, 'a'.repeat(64)),
  listApiKeys: (tx) => listApiKeys(tx, page),
  getInvitation: (tx, { invitationId }) => getInvitation(tx, invitationId),
  listInvitations: (tx) => listInvitations(tx, page),
}

const refusedAsMissing = (error: unknown): undefined => {
  if (/no result|There is no|No [\w ]+ has/.test(String(error))) return undefined
  throw error
}

describe('with every where forgotten', () => {
  test.each(Object.keys(readers))('%s answers nothing of another tenant', async (name) => {
    const read = readers[name] ?? (() => Promise.resolve('none'))
    const seen = await inTenant(db, ours, (tx) => read(tx, theirs)).catch(refusedAsMissing)
    expect({ seen, nothing: nothing(seen) }).toEqual({ seen, nothing: true })
  })

  test('the plug-in really forgets: their own tenant then sees more than it asked for', async () => {
    const before = transformer.dropped
    expect(await inTenant(database.db, theirs.tenantId, (tx) => findClient(tx, randomUUID()))).toBeUndefined()
    expect(await inTenant(db, theirs.tenantId, (tx) => findClient(tx, randomUUID()))).toMatchObject({ id: theirs.clientId })
    expect(transformer.dropped).toBeGreaterThan(before)
  })

  test('what changes and deletes touches no row of another tenant', async () => {
    const dump = async () => Object.fromEntries(await Promise.all((await openTables(database.db)).map(async (table) => [table, (await sql`select to_jsonb(it) as row from ${sql.table(table)} it`.execute(database.db)).rows])))
    const before = await dump()
    const writers: ((tx: Tx) => Promise<unknown>)[] = [
      (tx) => updateClient(tx, theirs.clientId, { name: 'taken' }),
      (tx) => deleteClient(tx, theirs.clientId),
      (tx) => updateConnection(tx, vault, ours, theirs.clientId, { name: 'taken', secrets: { apiKey: 'ours' } }),
      (tx) => deleteConnection(tx, theirs.clientId),
      (tx) => setRecordStatus(tx, theirs.recordId, 'failed', { code: '499.cancelled', message: 'taken' }),
      (tx) => decideDeadLetters(tx, theirs.recordId, undefined, { status: 'skipped', decidedBy: 'us' }),
      (tx) => freeKey(tx, 'k'),
      (tx) => deleteKbDocument(tx, theirs.clientId),
      (tx) => saveChanges(tx, theirs.planId, []),
      (tx) => deleteResourcePlan(tx, theirs.planId),
      (tx) => updateUser(tx, theirs.userId, { roles: ['viewer'], disabled: true, passwordHash: '$argon2id$taken' }),
      (tx) => noteLogin(tx, theirs.userId),
      (tx) => deleteUser(tx, theirs.userId),
      (tx) => spendRefreshToken(tx, 'a'.repeat(64)),
      (tx) => endSessions(tx, theirs.userId),
      (tx) => endFamily(tx, theirs.userId),
      (tx) => deleteApiKey(tx, theirs.apiKeyId),
      (tx) => takeInvitation(tx, 'a'.repeat(64)),
      (tx) => deleteInvitation(tx, theirs.invitationId),
    ]
    for (const write of writers) await inTenant(db, ours, write).catch(refusedAsMissing)
    expect(await dump()).toEqual(before)
  })

  test('raw SQL over each table, and over all joined, sees nothing', async () => {
    const tables = [...(await openTables(database.db)), 'tenants']
    for (const table of tables) {
      const { rows } = await inTenant(database.db, ours, (tx) => sql<{ tenant_id?: string; id?: string }>`select * from ${sql.table(table)}`.execute(tx))
      expect({ table, rows: rows.filter((row) => (row.tenant_id ?? row.id) !== ours) }).toEqual({ table, rows: [] })
    }
    const { rows } = await inTenant(database.db, ours, (tx) => sql.raw(`select count(*)::int as n from ${tables.filter((name) => name !== 'tenants').map((name) => `(select 1 from ${name}) as "${name}"`).join(' cross join ')}`).execute(tx))
    expect(rows).toEqual([{ n: 0 }])
  })
})

describe('the owner of the tables, where it is no superuser', () => {
  const own = `owner_${randomBytes(6).toString('hex')}`
  let admin: Db
  let asOwner: Db

  beforeAll(async () => {
    admin = openDatabase({ url: shared().databaseUrl.replace('NAME', 'postgres'), poolSize: 1 })
    await sql.raw(`create role ${own} login createrole nosuperuser nobypassrls password 'test'`).execute(admin)
    await sql.raw(`create database ${own} owner ${own}`).execute(admin)
    await sql.raw(`grant slipway_app to ${own}`).execute(admin)
    const url = new URL(shared().databaseUrl.replace('NAME', own))
    Object.assign(url, { username: own, password: 'test' })
    asOwner = openDatabase({ url: url.href, poolSize: 2 })
    await migrate(asOwner)
  })
  afterAll(async () => {
    await asOwner.destroy()
    await sql.raw(`drop database ${own} with (force)`).execute(admin)
    await sql.raw(`drop role ${own}`).execute(admin)
    await admin.destroy()
  })

  test('sees and writes nothing unless it says that it is at upkeep: what forgets its tenant leaks nothing', async () => {
    const { id } = await ensureTenant(asOwner, 'one')
    expect((await ensureTenant(asOwner, 'one')).id).toBe(id)
    const client = (name: string) => ({ tenant_id: id, id: randomUUID(), name, metadata: '{}', created_by: 'x' })
    await inTenant(asOwner, id, (tx) => tx.insertInto('clients').values(client('in order')).execute())
    for (const table of [...(await openTables(asOwner)), 'tenants']) expect({ table, rows: (await sql`select * from ${sql.table(table)}`.execute(asOwner)).rows }).toEqual({ table, rows: [] })
    await expect(asOwner.insertInto('clients').values(client('forgotten')).execute()).rejects.toThrow(/row-level security/)
    const seen = (await inTenant(asOwner, id, (tx) => tx.selectFrom('clients').select('name').execute()))
    expect(seen).toEqual([{ name: 'in order' }])
  })

  test('counts and sweeps over all tenants all the same, and shares the budget of an account', async () => {
    await seedTenant(asOwnerAtUpkeep(), 'seeded')
    expect(await countTemplates(asOwner)).toEqual([{ kind: 'retell', category: 'none', count: 1 }])
    await sweepExpired(asOwner)
    expect(await takeToken(asOwner, { key: 'account', capacity: 1, perSecond: 1 })).toBe(0)
  })

  test('a role of the requests alone, as in production, takes from that budget too', async () => {
    const login = `run_${own}`
    await sql.raw(`create role ${login} login noinherit password 'test' in role slipway_app`).execute(admin)
    const url = new URL(shared().databaseUrl.replace('NAME', own))
    Object.assign(url, { username: login, password: 'test' })
    const running = openDatabase({ url: url.href, poolSize: 1 })
    try {
      expect(await takeToken(running, { key: 'another', capacity: 1, perSecond: 1 })).toBe(0)
      await expect(sql`select * from rate_buckets`.execute(running)).rejects.toThrow(/permission denied/)
      await expect(sql`select * from clients`.execute(running)).rejects.toThrow(/permission denied/)
      await sql`select set_config('app.upkeep', 'on', false)`.execute(running)
      expect(await inTenant(running, randomUUID(), (tx) => tx.selectFrom('clients').selectAll().execute())).toEqual([])
    } finally {
      await running.destroy()
      await sql.raw(`drop role ${login}`).execute(admin)
    }
  })

  /** Seeds past row-level security, as a restore of a dump would. */
  function asOwnerAtUpkeep(): Db {
    const url = new URL(shared().databaseUrl.replace('NAME', own))
    Object.assign(url, { username: own, password: 'test' })
    url.searchParams.set('options', '-c app.upkeep=on')
    const upkeep = openDatabase({ url: url.href, poolSize: 1 })
    closing.push(upkeep)
    return upkeep
  }
})

const closing: Db[] = []
afterAll(async () => { for (const one of closing) await one.destroy() })
