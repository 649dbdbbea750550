import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { templateArtifact } from '../../contracts/artifact.ts'
import type { Json } from '../../contracts/json.ts'
import { listAudit } from '../../db/audit-list.ts'
import { writeAudit } from '../../db/audit.ts'
import { putBlob, readBlob } from '../../db/blobs.ts'
import { inTenant } from '../../db/client.ts'
import { openDatabase } from '../../db/pool.ts'
import type { Tx } from '../../db/client.ts'
import { deleteClient, findClient, findClientByName, getClient, insertClient, listClients, updateClient } from '../../db/clients.ts'
import { deleteConnection, describeConnection, getConnection, listConnections, putConnection, resolveConnection, updateConnection } from '../../db/connections.ts'
import { derivedId, newId } from '../../db/ids.ts'
import { findInstance, getInstance, insertInstance, readSecretVariables } from '../../db/instances.ts'
import { readKbDocuments } from '../../db/kb-contents.ts'
import { deleteKbDocument, getKbDocument, insertKbDocument, listKbDocuments, updateKbDocument } from '../../db/kb-documents.ts'
import { linkedByOthers, listLinks, replaceLinks } from '../../db/links.ts'
import { createLedger } from '../../db/ledger.ts'
import { listManaged } from '../../db/managed-resources.ts'
import { decodeCursor, encodeCursor } from '../../db/cursor.ts'
import { type StagePatch, saveStage } from '../../db/pipeline-stages.ts'
import { closePipeline, finishPipeline, getPipeline, isQuiet, openPipeline, wasOver } from '../../db/pipelines.ts'
import { findPlan, getPlan, insertPlan, lockPlanFor, revisePlan, saveChanges } from '../../db/plans.ts'
import { takeToken } from '../../db/rate-limits.ts'
import { type Spent, insertRefreshToken, spendRefreshToken } from '../../db/refresh-tokens.ts'
import { deleteResourcePlan, findResourcePlanOf, getResourcePlan, mayHaveRows, saveResourcePlan } from '../../db/resource-plans.ts'
import { pageOfTemplates } from '../../db/template-list.ts'
import { getVersion, getVersionById, listVersions } from '../../db/template-versions.ts'
import { findTemplate, findTemplateByName, getTemplate, insertVersion, lockTemplateName } from '../../db/templates.ts'
import { createVault } from '../../db/vault.ts'
import { untilOneWaits } from '../support/database.ts'
import { seedTenant } from './seed.ts'
import { seededDatabase } from './seeded.ts'

const { database, ours, here } = await seededDatabase()
const theirs = await seedTenant(database.db, 'theirs')

const vault = createVault({ key: Buffer.alloc(32, 1).toString('base64'), oldKeys: [] })
const there = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inTenant(database.db, theirs.tenantId, work)
const hash = 'b'.repeat(64)

describe('refresh tokens', () => {
  test('that are spent twice at the same time are good once, and their family ends with what the first was traded for', async () => {
    const family = newId()
    const token = (hash: string) => ({ tenantId: ours.tenantId, userId: ours.userId, family, hash, days: 1 })
    await here((tx) => insertRefreshToken(tx, token('first')))
    let second: Promise<Spent> | undefined
    const first = await here(async (tx) => {
      const spent = await spendRefreshToken(tx, 'first')
      second = here((other) => spendRefreshToken(other, 'first'))
      await untilOneWaits(database.db)
      await insertRefreshToken(tx, token('next'))
      return spent
    })
    expect([first.state, (await second)?.state]).toEqual(['good', 'reused'])
    expect((await sql`select 1 from refresh_tokens where family = ${family}`.execute(database.db)).rows).toEqual([])
  })
})

describe('blobs', () => {
  test('come back as they were put, equal ones under one ref, sealed', async () => {
    const value: Json = { b: [1, 'canary-in-blob'], a: null }
    const ref = await here((tx) => putBlob(tx, vault, ours.tenantId, value))
    expect(await here((tx) => putBlob(tx, vault, ours.tenantId, { a: null, b: [1, 'canary-in-blob'] }))).toBe(ref)
    expect(await here((tx) => readBlob(tx, vault, ours.tenantId, ref))).toEqual(value)
    const { rows } = await sql<{ content: Buffer }>`select content from blobs where ref = ${ref}`.execute(database.db)
    expect(rows).toHaveLength(1)
    expect(rows[0]?.content.includes('canary')).toBe(false)
  })

  test('are no other tenant\'s, not even by the same content', async () => {
    const ref = await here((tx) => putBlob(tx, vault, ours.tenantId, 'shared'))
    await expect(there((tx) => readBlob(tx, vault, theirs.tenantId, ref))).rejects.toThrow(/no result/i)
    expect(await there((tx) => putBlob(tx, vault, theirs.tenantId, 'shared'))).not.toBe(ref)
  })
})

describe('the rate bucket', () => {
  test('never lets more through than it holds and refills, however many ask at once', async () => {
    const pools = Array.from({ length: 4 }, () => openDatabase({ url: database.url, poolSize: 5 }))
    const began = Date.now()
    const waits = await Promise.all(Array.from({ length: 100 }, (_, at) => takeToken(pools[at % pools.length] ?? database.db, { key: 'account', capacity: 10, perSecond: 20 })))
    const seconds = (Date.now() - began) / 1_000
    await Promise.all(pools.map((pool) => pool.destroy()))
    expect(waits.filter((wait) => wait === 0).length).toBeLessThanOrEqual(10 + Math.ceil(20 * seconds))
    expect(waits.filter((wait) => wait === 0).length).toBeGreaterThanOrEqual(10)
    const sorted = waits.filter((wait) => wait > 0).sort((a, b) => a - b)
    // In any second no more than 20 of those who wait are sent.
    for (let at = 20; at < sorted.length; at++) expect((sorted[at] ?? 0) - (sorted[at - 20] ?? 0)).toBeGreaterThanOrEqual(1_000 - seconds * 1_000 - 2)
    expect(sorted.at(-1)).toBeLessThanOrEqual((100 - 10) * 50)
  })

  test('refills to its capacity and no further, one bucket per account', async () => {
    const take = (key: string) => takeToken(database.db, { key, capacity: 2, perSecond: 1_000 })
    await take('refill')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await take('refill')).toBe(0)
    const { rows } = await sql<{ tokens: number }>`select tokens from rate_buckets where key = 'refill'`.execute(database.db)
    expect(rows[0]?.tokens).toBe(1)
    expect(await takeToken(database.db, { key: 'slow', capacity: 1, perSecond: 0.5 })).toBe(0)
    const wait = await takeToken(database.db, { key: 'slow', capacity: 1, perSecond: 0.5 })
    expect(wait).toBeGreaterThan(1_500)
    expect(wait).toBeLessThanOrEqual(2_000)
    expect(await takeToken(database.db, { key: 'other', capacity: 1, perSecond: 0.5 })).toBe(0)
  })
})

describe('the ledger', () => {
  const subject = () => ({ tenantId: ours.tenantId, clientId: ours.clientId, templateId: ours.templateId })
  const intent = { type: 'workflow', name: 'flow', naturalKey: 'sw-1', sought: { name: 'flow' }, externalId: null, adopted: false, position: 2 }

  test('keeps one row for an intent, through every try, and what became of it', async () => {
    const ledger = createLedger(database.db, subject(), 'n8n')
    const first = await ledger.intend(intent)
    expect(await ledger.intend(intent)).toEqual(first)
    expect(first).toMatchObject({ provider: 'n8n', externalId: null, sentHash: null })
    await ledger.record(first.id, { externalId: 'w1', url: 'https://n8n/w1', sentHash: hash })
    expect(await ledger.load()).toEqual([{ ...first, externalId: 'w1', url: 'https://n8n/w1', sentHash: hash }])
    expect(await ledger.intend({ ...intent, externalId: 'w1', sought: { name: 'renamed' } })).toMatchObject({ id: first.id, url: 'https://n8n/w1', sentHash: hash, sought: { name: 'renamed' } })
    expect(await ledger.intend({ ...intent, externalId: 'w2', adopted: true })).toMatchObject({ id: first.id, externalId: 'w2', url: null, sentHash: null, adopted: true })
    expect(await ledger.intend(intent)).toMatchObject({ externalId: null, url: null, sentHash: null })
    await ledger.forget(first.id)
    expect(await ledger.load()).toEqual([])
  })

  test('is one per provider, client and template, in the order of making', async () => {
    const ledger = createLedger(database.db, subject(), 'ghl')
    await ledger.intend({ ...intent, name: 'second', position: 2 })
    await ledger.intend({ ...intent, name: 'first', position: 1 })
    expect((await ledger.load()).map(({ name }) => name)).toEqual(['first', 'second'])
    expect(await createLedger(database.db, subject(), 'supabase').load()).toEqual([])
    expect((await here((tx) => listManaged(tx, subject()))).map(({ provider }) => provider).sort()).toEqual(['ghl', 'ghl', 'retell'])
  })

  test('tells what was made in another account than the one that is connected', async () => {
    const at = (account?: string) => createLedger(database.db, subject(), 'llm', undefined, account)
    const placeFor = async (account?: string) => (await at(account).load()).map(({ place }) => place)
    const { id } = await at().intend({ ...intent, externalId: null })
    expect([await placeFor('a'), await placeFor()]).toEqual([['unknown'], [undefined]])
    await at('a').record(id, { externalId: 'w1', url: 'https://llm/w1', sentHash: '1' })
    expect([await placeFor('a'), await placeFor('b'), await placeFor()]).toEqual([[undefined], ['elsewhere'], [undefined]])
    expect(await at('b').intend({ ...intent, externalId: 'w1' })).not.toHaveProperty('place')
    expect([await placeFor('a'), await placeFor('b')]).toEqual([['elsewhere'], [undefined]])
  })

  test('sets aside what lies in another account, under a name of its own, once', async () => {
    const at = (account: string) => createLedger(database.db, subject(), 'git', undefined, account)
    const make = async (account: string, externalId: string) => {
      const { id } = await at(account).intend({ ...intent, externalId: null })
      await at(account).record(id, { externalId, url: `https://git/${externalId}`, sentHash: '1' })
      return id
    }
    const first = await at('b').setAside(await make('a', 'w1'))
    expect(first).toMatch(/^flow@[0-9a-f]{8}$/)
    expect(await at('b').load()).toMatchObject([{ name: first, externalId: 'w1', url: 'https://git/w1', place: 'elsewhere' }])
    // The same thing again, then one that has its id in another account, then another of the first account.
    expect(await at('b').setAside(await make('a', 'w1'))).toBe(first)
    const names = new Set([first, await at('a').setAside(await make('b', 'w1')), await at('b').setAside(await make('a', 'w2'))])
    expect((await at('b').load()).map(({ name, place }) => [names.has(name), place])).toEqual(expect.arrayContaining([[true, 'elsewhere'], [true, undefined], [true, 'elsewhere']]))
    expect([names.size, (await at('b').load()).length]).toEqual([3, 3])
    expect(await make('b', 'w3')).toBe(await make('b', 'w3'))
  })
})

describe('links', () => {
  const link = (externalId: string, url = `https://x/${externalId}`) => ({ type: 'agent', name: externalId, externalId, url })
  const replace = (provider: string, ...ids: ReturnType<typeof link>[]) => here((tx) => replaceLinks(tx, { tenantId: ours.tenantId, planId: ours.planId, recordId: ours.recordId, provider }, ids))
  const shown = async (filter: Parameters<typeof listLinks>[1]) => (await here((tx) => listLinks(tx, filter))).map(({ external_id }) => external_id)

  test('of a provider become exactly the new ones; others stay', async () => {
    await replace('n8n', link('a'), link('b'))
    const { rows: before } = await sql<{ id: string }>`select id from provider_links where external_id = 'b'`.execute(database.db)
    await replace('n8n', link('b', 'https://moved'), link('c'))
    expect(await shown({ planId: ours.planId })).toEqual(['b', 'c', 'agent_1'])
    expect((await here((tx) => listLinks(tx, { planId: ours.planId }))).find(({ external_id }) => external_id === 'b')?.url).toBe('https://moved')
    const { rows: after } = await sql<{ id: string }>`select id from provider_links where external_id = 'b'`.execute(database.db)
    expect(after).toEqual(before)
    await replace('n8n')
    expect(await shown({ templateId: ours.templateId, clientId: ours.clientId, planId: ours.planId })).toEqual(['agent_1'])
    expect(await shown({ clientId: randomUUID() })).toEqual([])
    expect(await shown({ planId: theirs.planId })).toEqual([])
  })

  test('that fail leave the old ones', async () => {
    await expect(replace('retell', link('new'), link('newer', 'no\0text'))).rejects.toThrow(/invalid byte sequence/)
    expect(await shown({ planId: ours.planId })).toEqual(['agent_1'])
  })

  test('of other plans are known', async () => {
    const other = newId()
    await here((tx) => insertPlan(tx, ours.tenantId, { id: other, templateId: ours.templateId, clientId: ours.clientId, instanceId: ours.instanceId, targets: ['retell'], variables: {}, planHash: hash, createdBy: 'ada' }))
    const others = (id: string, provider: string) => here((tx) => linkedByOthers(tx, { id, clientId: ours.clientId, templateId: ours.templateId }, provider))
    expect([...await others(other, 'retell')]).toEqual(['agent_1'])
    expect([...await others(ours.planId, 'retell')]).toEqual([])
    expect([...await others(other, 'n8n')]).toEqual([])
  })
})

describe('templates', () => {
  const artifact = (name: string, version = '1.0.0', kind = 'n8n') => ({ ...templateArtifact.parse({ kind, name, meta: { title: version } }), version })
  const store = (name: string, version?: string, kind?: string, draft = false) => here((tx) => insertVersion(tx, { tenantId: ours.tenantId, artifact: artifact(name, version, kind), contentRef: `sha256:${hash}`, source: null, createdBy: 'ada', draft, quality: null }))

  test('keep every version, and show the newest', async () => {
    const first = await store('versions')
    const second = await store('versions', '1.0.1')
    expect(second.templateId).toBe(first.templateId)
    await store('versions', '1.0.2', 'n8n', true)
    const template = await here((tx) => getTemplate(tx, 'versions'))
    expect(template).toMatchObject({ id: first.templateId, version: '1.0.1', meta: { title: '1.0.1' } })
    expect(await here((tx) => getVersion(tx, template))).toMatchObject({ id: second.versionId, version: '1.0.1' })
    expect(await here((tx) => getVersion(tx, template, '1.0.0'))).toMatchObject({ id: first.versionId, artifact: { meta: { title: '1.0.0' } } })
    await expect(here((tx) => getVersion(tx, template, '7.0.0'))).rejects.toMatchObject({ code: '404.version_not_found' })
    expect(await here((tx) => getVersionById(tx, first.versionId))).toMatchObject({ version: '1.0.0' })
    expect((await here((tx) => listVersions(tx, first.templateId))).map(({ version }) => version).sort()).toEqual(['1.0.0', '1.0.1', '1.0.2'])
    await expect(store('versions')).rejects.toMatchObject({ code: '23505' })
  })

  test('are found by id or by a name that one kind has', async () => {
    const { templateId } = await store('twice')
    expect(await here((tx) => findTemplate(tx, templateId.toUpperCase()))).toMatchObject({ name: 'twice' })
    await store('twice', '1.0.0', 'ghl')
    await expect(here((tx) => findTemplate(tx, 'twice'))).rejects.toMatchObject({ code: '409.name_ambiguous' })
    expect(await here((tx) => findTemplateByName(tx, 'ghl', 'twice'))).toMatchObject({ kind: 'ghl' })
    expect(await here((tx) => findTemplateByName(tx, 'ghl', 'never'))).toBeUndefined()
    await expect(here((tx) => getTemplate(tx, 'never'))).rejects.toMatchObject({ code: '404.template_not_found' })
    expect(await there((tx) => findTemplate(tx, templateId))).toBeUndefined()
  })

  test('of one name are stored one after the other', async () => {
    let inside = 0
    await Promise.all(Array.from({ length: 5 }, () => here(async (tx) => {
      await lockTemplateName(tx, ours.tenantId, 'n8n', 'locked')
      expect(++inside).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 20))
      inside -= 1
    })))
  })

  test('are listed page by page, each once, also where many have one time', async () => {
    for (let at = 0; at < 7; at++) await store(`page ${String(at)}`, '1.0.0', 'service')
    await sql`update template_artifacts set created_at = '2026-01-01T00:00:00.123456Z' where kind = 'service' and name < 'page 5'`.execute(database.db)
    for (const sort of ['asc', 'desc'] as const) {
      const names: string[] = []
      for (let cursor: ReturnType<typeof decodeCursor>, pages = 0; pages < 10; pages++) {
        const page = await here((tx) => pageOfTemplates(tx, { kind: 'service' }, 'created', { limit: 2, sort, cursor }))
        names.push(...page.items.map(({ name }) => name))
        if (page.nextCursor === null) break
        cursor = decodeCursor(page.nextCursor)
        expect(cursor).toBeDefined()
      }
      expect(names).toHaveLength(7)
      expect(new Set(names).size).toBe(7)
      expect(sort === 'asc' ? names.at(-1) : names[0]).toBe('page 6')
    }
    expect((await here((tx) => pageOfTemplates(tx, { name: 'page 3' }, 'created', { limit: 10 }))).items.map(({ name }) => name)).toEqual(['page 3'])
  })

  test('a cursor that is none of ours is none', () => {
    const at = '2026-01-01 00:00:00.123456+00'
    expect(decodeCursor(encodeCursor({ at, id: ours.clientId }))).toEqual({ at, id: ours.clientId })
    expect(decodeCursor(encodeCursor({ at, id: '17' }))).toEqual({ at, id: '17' })
    for (const bad of ['', 'x', encodeCursor({ at: 'now()', id: '1' }), encodeCursor({ at, id: "1'; drop" }), Buffer.from('[1,2]').toString('base64url'), Buffer.from('{}').toString('base64url')]) expect(decodeCursor(bad)).toBeUndefined()
  })
})

describe('instances', () => {
  test('are made once, with their secrets sealed', async () => {
    const instance = { id: newId(), templateId: ours.templateId, versionId: ours.versionId, variables: { a: 1 }, variablesHash: hash, kbRefs: ['policies'], useLlm: true, rendering: { resources: {}, initialization: { prompts: [], documents: [] } } }
    const insert = (secrets: Record<string, Json>) => here((tx) => insertInstance(tx, vault, ours.tenantId, { ...instance, secrets, texts: { '/x': 'text' }, createdBy: 'ada' }))
    expect(await insert({ token: 'canary-in-instance' })).toEqual({ created: true })
    expect(await insert({ token: 'another' })).toEqual({ created: false })
    expect(await here((tx) => getInstance(tx, instance.id))).toEqual(instance)
    expect(await here((tx) => readSecretVariables(tx, vault, ours.tenantId, instance.id))).toEqual({ token: 'canary-in-instance' })
    expect(await here((tx) => readSecretVariables(tx, vault, ours.tenantId, ours.instanceId))).toEqual({})
    expect(await there((tx) => findInstance(tx, instance.id))).toBeUndefined()
    await expect(there((tx) => getInstance(tx, instance.id))).rejects.toMatchObject({ code: '404.instance_not_found' })
  })
})

describe('plans', () => {
  test('of the same targets are found in any order, and revised under one id', async () => {
    const key = { tenantId: ours.tenantId, templateId: ours.templateId, clientId: ours.clientId }
    expect((await here((tx) => lockPlanFor(tx, { ...key, targets: ['retell', 'n8n'] })))?.id).toBe(ours.planId)
    expect(await here((tx) => lockPlanFor(tx, { ...key, targets: ['ghl'] }))).toBeUndefined()
    expect(await here((tx) => revisePlan(tx, ours.planId, { instanceId: ours.instanceId, variables: { a: 2 }, planHash: hash }))).toBe(2)
    await here((tx) => saveChanges(tx, ours.planId, [{ provider: 'retell', type: 'agent', name: 'desk', action: 'create' }]))
    expect(await here((tx) => getPlan(tx, ours.planId))).toMatchObject({ revision: 2, variables: { a: 2 }, planHash: hash, changes: [{ action: 'create' }] })
    await expect(there((tx) => getPlan(tx, ours.planId))).rejects.toMatchObject({ code: '404.plan_not_found' })
    expect(await here((tx) => findPlan(tx, newId()))).toBeUndefined()
  })

  test('have one resource plan, which a rerun keeps', async () => {
    const plan = { planId: ours.planId, instanceId: ours.instanceId, correlationId: 'c2', stages: [] }
    const before = await here((tx) => findResourcePlanOf(tx, ours.planId))
    await here((tx) => saveResourcePlan(tx, ours.tenantId, { ...plan, id: newId(), status: 'running' }))
    expect(await here((tx) => getResourcePlan(tx, before?.id ?? ''))).toMatchObject({ status: 'running', correlationId: 'c2', createdAt: before?.createdAt })
    await here((tx) => deleteResourcePlan(tx, ours.planId))
    expect(await here((tx) => findResourcePlanOf(tx, ours.planId))).toBeUndefined()
    await expect(here((tx) => getResourcePlan(tx, newId()))).rejects.toMatchObject({ code: '404.resource_plan_not_found' })
  })

  test('have rows at the provider where a stage has some, or could not take the last away', () => {
    const stage = (status: 'success' | 'failed', keys: string[]) => ({ table: 'prompts' as const, status, written: 0, deleted: 0, writtenAt: null, rows: keys.map((key) => ({ key, contentHash: hash })) })
    const has = (...stages: ReturnType<typeof stage>[]) => mayHaveRows({ stages })
    expect([has(), has(stage('success', [])), has(stage('success', []), stage('success', ['a'])), has(stage('failed', []))]).toEqual([false, false, true, true])
  })
})

describe('clients', () => {
  test('have names of their own', async () => {
    const id = newId()
    const make = (name: string, of = id) => here((tx) => insertClient(tx, { tenantId: ours.tenantId, id: of, name, createdBy: 'ada' }))
    expect(await make('Ada')).toMatchObject({ created: true, client: { name: 'Ada', metadata: {} } })
    expect(await make('Ada')).toMatchObject({ created: false, client: { id } })
    await expect(make('Ada', newId())).rejects.toMatchObject({ code: '409.name_taken' })
    await expect(make('Bob')).rejects.toMatchObject({ code: '409.name_taken' })
    await expect(here((tx) => updateClient(tx, id, { name: 'Bright' }))).rejects.toMatchObject({ code: '409.name_taken' })
    expect(await here((tx) => updateClient(tx, id, { name: 'Ada', metadata: { a: 1 } }))).toMatchObject({ name: 'Ada', metadata: { a: 1 } })
    expect(await here((tx) => updateClient(tx, id, { metadata: { b: 1 } }))).toMatchObject({ metadata: { b: 1 } })
    await expect(here((tx) => updateClient(tx, newId(), { name: 'Nobody' }))).rejects.toMatchObject({ code: '404.client_not_found' })
    expect((await here((tx) => listClients(tx, { name: 'Ada' }, { limit: 5 }))).items.map((client) => client.id)).toEqual([id])
    expect((await here((tx) => listClients(tx, {}, { limit: 50 }))).items.length).toBeGreaterThan(1)
    expect(await here((tx) => findClientByName(tx, 'Zoe'))).toBeUndefined()
    expect(await here((tx) => getClient(tx, id, { lock: true }))).toMatchObject({ id })
    await here((tx) => deleteClient(tx, id))
    expect(await here((tx) => findClient(tx, id))).toBeUndefined()
    await expect(here((tx) => getClient(tx, id))).rejects.toMatchObject({ code: '404.client_not_found' })
  })

  test('with plans stay', async () => {
    await expect(here((tx) => deleteClient(tx, ours.clientId))).rejects.toMatchObject({ code: '409.in_use' })
  })
})

describe('connections', () => {
  const put = (clientId?: string, secrets: Record<string, string> = { apiKey: 'canary-key' }) =>
    here((tx) => putConnection(tx, vault, { tenantId: ours.tenantId, provider: 'ghl', clientId, baseUrl: 'sandbox:ghl', config: { locationId: 'l' }, secrets, createdBy: 'ada' }))

  test('of a client win over the tenant\'s, and are replaced under one id', async () => {
    expect(await here((tx) => resolveConnection(tx, vault, 'ghl', ours.clientId))).toBeUndefined()
    const general = await put()
    expect(general).toMatchObject({ created: true, connection: { name: 'ghl', secrets: ['apiKey'], clientId: null } })
    expect(await here((tx) => resolveConnection(tx, vault, 'ghl', ours.clientId))).toMatchObject({ id: general.connection.id, secrets: { apiKey: 'canary-key' } })
    const own = await put(ours.clientId)
    expect((await here((tx) => resolveConnection(tx, vault, 'ghl', ours.clientId)))?.id).toBe(own.connection.id)
    expect((await here((tx) => resolveConnection(tx, vault, 'ghl', newId())))?.id).toBe(general.connection.id)
    const again = await put(undefined, { other: 'x' })
    expect(again).toMatchObject({ created: false, connection: { id: general.connection.id, secrets: ['other'] } })
    const refuse = () => { throw new Error('not this one') }
    await expect(here((tx) => putConnection(tx, vault, { tenantId: ours.tenantId, provider: 'ghl', config: {}, secrets: {}, createdBy: 'ada' }, refuse))).rejects.toThrow('not this one')
  })

  test('show the names of their secrets only; the table holds them sealed', async () => {
    const { connection: { id } } = await put()
    expect(JSON.stringify(await here((tx) => describeConnection(tx, vault, id, { lock: true })))).not.toContain('canary')
    expect(JSON.stringify(await here((tx) => listConnections(tx, vault, { provider: 'ghl', clientId: ours.clientId }, { limit: 5 })))).not.toContain('canary')
    const { rows } = await sql<{ text: string; secrets: Buffer }>`select it::text as text, secrets from connections it where id = ${id}`.execute(database.db)
    expect(rows[0]?.text.includes('canary') || rows[0]?.secrets.includes('canary')).toBe(false)
    expect(await here((tx) => getConnection(tx, vault, id))).toMatchObject({ secrets: { apiKey: 'canary-key' } })
    expect(await here((tx) => updateConnection(tx, vault, ours.tenantId, id, { name: 'Main', baseUrl: 'https://x', config: {}, secrets: { a: '1', b: '2' } }))).toMatchObject({ name: 'Main', baseUrl: 'https://x', config: {}, secrets: ['a', 'b'] })
    expect(await here((tx) => updateConnection(tx, vault, ours.tenantId, id, {}))).toMatchObject({ name: 'Main', secrets: ['a', 'b'] })
    await here((tx) => deleteConnection(tx, id))
    for (const ask of [() => here((tx) => getConnection(tx, vault, id)), () => here((tx) => describeConnection(tx, vault, id)), () => here((tx) => updateConnection(tx, vault, ours.tenantId, id, {})), () => there((tx) => getConnection(tx, vault, id))]) await expect(ask()).rejects.toMatchObject({ code: '404.connection_not_found' })
  })
})

describe('the knowledge base', () => {
  test('is read by ref or id, and its refs are unique', async () => {
    const document = { tenantId: ours.tenantId, id: randomUUID(), ref: 'hours', content: 'Nine to five', createdBy: 'ada' }
    const { document: made, created } = await here((tx) => insertKbDocument(tx, document))
    expect(created).toBe(true)
    expect(await here((tx) => insertKbDocument(tx, document))).toEqual({ document: made, created: false })
    expect(made).toMatchObject({ title: 'hours', metadata: {} })
    expect(await here((tx) => getKbDocument(tx, 'hours'))).toEqual(made)
    expect(await here((tx) => getKbDocument(tx, made.id, { lock: true }))).toEqual(made)
    await expect(here((tx) => insertKbDocument(tx, { ...document, id: randomUUID(), content: 'x' }))).rejects.toMatchObject({ code: '409.name_taken' })
    await expect(here((tx) => updateKbDocument(tx, made.id, { ref: 'policies' }))).rejects.toMatchObject({ code: '409.name_taken' })
    const changed = await here((tx) => updateKbDocument(tx, made.id, { ref: 'opening', title: 'Hours', content: 'All day', metadata: { a: 1 } }))
    expect(changed).toMatchObject({ ref: 'opening', content: 'All day', metadata: { a: 1 } })
    expect(changed.contentHash).not.toBe(made.contentHash)
    expect(await here((tx) => updateKbDocument(tx, made.id, {}))).toMatchObject({ ref: 'opening' })
    expect((await here((tx) => listKbDocuments(tx, { ref: 'opening' }, { limit: 5 }))).items).toHaveLength(1)
    expect((await here((tx) => listKbDocuments(tx, {}, { limit: 5 }))).items).toHaveLength(2)
    expect(await here((tx) => readKbDocuments(tx, ['opening', 'policies']))).toEqual({ opening: 'All day', policies: 'Be kind.' })
    expect(await here((tx) => readKbDocuments(tx, []))).toEqual({})
    await expect(here((tx) => readKbDocuments(tx, ['opening', 'constructor']))).rejects.toMatchObject({ code: '404.kb_document_not_found', message: expect.stringContaining('constructor') })
    await here((tx) => deleteKbDocument(tx, made.id))
    await expect(here((tx) => getKbDocument(tx, 'opening'))).rejects.toMatchObject({ code: '404.kb_document_not_found' })
  })
})

describe('the audit', () => {
  test('is written once per id, and found by each of its sides', async () => {
    const entry = { tenantId: ours.tenantId, actor: 'grace', action: 'deployment.retry', subjectType: 'deployment', subjectId: 's1', correlationId: 'c9', id: newId() }
    await here(async (tx) => {
      await writeAudit(tx, { ...entry, data: { a: 1 } })
      await writeAudit(tx, { ...entry, data: { a: 2 } })
      await writeAudit(tx, { ...entry, id: newId(), actor: 'alan' })
    })
    const find = async (filter: Parameters<typeof listAudit>[1]) => (await here((tx) => listAudit(tx, filter, { limit: 10 }))).items
    expect(await find({ actor: 'grace' })).toMatchObject([{ data: { a: 1 }, subjectId: 's1' }])
    for (const filter of [{ action: 'deployment.retry' }, { subject: 's1' }, { subjectType: 'deployment' }, { correlationId: 'c9' }]) expect(await find(filter)).toHaveLength(2)
    const [one] = await find({ actor: 'alan' })
    expect(await find({ subject: 's1', from: one?.at ?? '', to: new Date(Date.now() + 60_000).toISOString() })).not.toHaveLength(0)
    expect(await find({ subject: 's1', to: '2020-01-01T00:00:00Z' })).toHaveLength(0)
  })
})

describe('pipelines', () => {
  test('are opened once, and keep each stage and the end', async () => {
    const pipelineId = newId()
    const open = () => here((tx) => openPipeline(tx, { tenantId: ours.tenantId, pipelineId, correlationId: 'c', actor: 'ada' }))
    await open()
    await Promise.all((['import', 'plan', 'deploy'] as const).map((name) => here((tx) => saveStage(tx, pipelineId, name, { status: 'success' }))))
    await open()
    expect((await here((tx) => getPipeline(tx, pipelineId))).stages.map(({ name, status }) => `${name} ${status}`)).toEqual(['import success', 'customize pending', 'plan success', 'resources pending', 'deploy success'])
    const save = async (patch: StagePatch) => {
      await here((tx) => saveStage(tx, pipelineId, 'customize', patch))
      return (await here((tx) => getPipeline(tx, pipelineId))).stages[1]
    }
    const error = { code: '502.provider_error_llm', message: 'busy' }
    const begun = await save({ status: 'running', error })
    expect(begun).toMatchObject({ status: 'running', error, startedAt: expect.any(String) })
    expect(begun).not.toHaveProperty('finishedAt')
    const ended = await save({ status: 'success' })
    expect(ended).toEqual({ name: 'customize', status: 'success', startedAt: begun?.startedAt, finishedAt: expect.any(String) })
    expect(Date.now() - Date.parse(ended?.finishedAt ?? '')).toBeLessThan(60_000)
    expect(await save({ status: 'success' })).toEqual(ended)
    await here((tx) => finishPipeline(tx, pipelineId, 'failed', { code: '500.internal', message: 'no' }))
    expect(await here((tx) => getPipeline(tx, pipelineId))).toMatchObject({ status: 'failed', error: { code: '500.internal', message: 'no' }, finishedAt: expect.any(String) })
    const { finishedAt } = await here((tx) => getPipeline(tx, pipelineId))
    await here((tx) => finishPipeline(tx, pipelineId, 'success'))
    expect(await here((tx) => getPipeline(tx, pipelineId))).toMatchObject({ status: 'success', finishedAt })
    expect(await here((tx) => getPipeline(tx, pipelineId))).not.toHaveProperty('error')
    expect(await save({ status: 'running', error })).toEqual(ended)
    expect(await here((tx) => wasOver(tx, pipelineId, 0))).toBe(true)
    expect(await here((tx) => wasOver(tx, pipelineId, 60_000))).toBe(false)
    expect(await here((tx) => wasOver(tx, newId(), 0))).toBe(false)
    await expect(there((tx) => getPipeline(tx, pipelineId))).rejects.toMatchObject({ code: '404.pipeline_not_found' })
  })

  test('are quiet while nothing of them begins or ends, and are closed once', async () => {
    const pipelineId = newId()
    await here((tx) => openPipeline(tx, { tenantId: ours.tenantId, pipelineId, correlationId: 'c', actor: 'ada' }))
    const look = (ms: number) => here(async (tx) => isQuiet(tx, await getPipeline(tx, pipelineId), ms))
    expect([await look(0), await look(60_000)]).toEqual([true, false])
    await database.db.updateTable('pipelines').set({ created_at: new Date(Date.now() - 120_000) }).where('id', '=', pipelineId).execute()
    expect(await look(60_000)).toBe(true)
    await here((tx) => saveStage(tx, pipelineId, 'import', { status: 'running' }))
    expect(await look(60_000)).toBe(false)
    const error = { code: '499.cancelled', message: 'terminated' }
    await here((tx) => closePipeline(tx, pipelineId, error))
    const closed = await here((tx) => getPipeline(tx, pipelineId))
    expect(closed).toMatchObject({ status: 'failed', error, finishedAt: expect.any(String) })
    expect(closed.stages[0]).toMatchObject({ status: 'failed', error })
    expect(await look(0)).toBe(false)
    await here((tx) => closePipeline(tx, pipelineId, { code: '500.internal', message: 'later' }))
    expect(await here((tx) => getPipeline(tx, pipelineId))).toEqual(closed)
  })
})

test('a derived id is a UUID of its parts, in their order and with their borders', () => {
  expect(derivedId('a', 'b')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(derivedId('a', 'b')).toBe(derivedId('a', 'b'))
  expect(new Set([derivedId('a', 'b'), derivedId('b', 'a'), derivedId('ab'), derivedId('a,b'), derivedId('a', 'b', '')]).size).toBe(5)
})
