import type { Router } from 'express'
import type { SandboxContext, SandboxStore } from '../kernel.ts'
import { checkFlow, checkLlm } from './engine-rules.ts'
import { applyPatch, flowFields, llmFields, pickFields } from './fields.ts'
import type { FieldTable } from './fields.ts'
import { newId, paginate, readBody, readParam, readQuery, readVersion, refuse, unknownAsset } from './wire.ts'
import type { Fields } from './wire.ts'

/** One version of an LLM, a flow or an agent; everything about a resource is one row, so that a change is atomic. */
export interface Version {
  version: number
  is_published: boolean
  base_version?: number | null
  last_modification_timestamp: number
  fields: Fields
}

export interface Versioned {
  versions: Version[]
  channel?: 'voice' | 'chat'
}

/** The two kinds of response engine behind an agent. */
export interface Engine {
  type: 'llm' | 'conversation-flow'
  what: string
  idField: 'llm_id' | 'conversation_flow_id'
  prefix: string
  path: string
  listPath: string
  fields: FieldTable
  published: string
  defaults(fields: Fields): Fields
  check(fields: Fields, store: SandboxStore): void
}

export const llmEngine: Engine = {
  type: 'llm',
  what: 'llm',
  idField: 'llm_id',
  prefix: 'llm',
  path: 'retell-llm',
  listPath: '/v2/list-retell-llms',
  fields: llmFields,
  published: 'Cannot update published LLM',
  defaults: ({ s2s_model: speech }) => (typeof speech === 'string' ? {} : { model: 'gpt-4.1' }),
  check: checkLlm,
}

export const flowEngine: Engine = {
  type: 'conversation-flow',
  what: 'conversation flow',
  idField: 'conversation_flow_id',
  prefix: 'conversation_flow',
  path: 'conversation-flow',
  listPath: '/v2/list-conversation-flows',
  fields: flowFields,
  published: 'Cannot update published conversation flow',
  defaults: () => ({}),
  check: checkFlow,
}

export function engineRoutes(app: Router, sandbox: SandboxContext, engine: Engine): void {
  const { store } = sandbox

  app.post(`/create-${engine.path}`, (req, res) => {
    const given = pickFields(readBody(req), engine.fields)
    const fields = applyPatch(engine.defaults(given), given)
    engine.check(fields, store)
    const id = newId(engine.prefix)
    const first: Version = { version: 0, is_published: false, last_modification_timestamp: Date.now(), fields }
    store.put(engine.type, id, { versions: [first] } satisfies Versioned)
    res.status(201).json(showEngine(engine, id, first))
  })

  app.get(`/get-${engine.path}/:id`, (req, res) => {
    const id = readParam(req, 'id')
    res.json(showEngine(engine, id, findVersion(engine.what, id, getVersioned(store, engine, id), readVersion(req))))
  })

  app.patch(`/update-${engine.path}/:id`, (req, res) => {
    const id = readParam(req, 'id')
    const found = getVersioned(store, engine, id)
    const version = findVersion(engine.what, id, found, readVersion(req))
    if (version.is_published) refuse(engine.published)
    const fields = applyPatch(version.fields, pickFields(readBody(req), engine.fields))
    engine.check(fields, store)
    Object.assign(version, { fields, last_modification_timestamp: Date.now() })
    store.put(engine.type, id, found)
    res.json(showEngine(engine, id, version))
  })

  app.get(engine.listPath, (req, res) => {
    const all = store.list<Versioned>(engine.type)
    res.json(paginate(req, sandbox, all, ({ id, body }) => showEngine(engine, id, newest(body))))
  })

  app.delete(`/delete-${engine.path}/:id`, (req, res) => {
    const id = readParam(req, 'id')
    getVersioned(store, engine, id)
    const user = store.list<Versioned>('agent').find(({ body }) => body.versions.some(({ fields }) => engineOf(fields)?.id === id))
    if (user !== undefined && readQuery(req, 'force_delete') !== 'true') {
      refuse(`Cannot delete ${engine.what} that is in use by agent ${user.id}; detach it, or set force_delete`)
    }
    store.delete(engine.type, id)
    res.status(204).end()
  })
}

/** The engine an agent's fields refer to, unless it is a custom LLM. */
export function engineOf(agent: Fields): { engine: Engine; id: string; version: number | undefined } | undefined {
  const reference = agent['response_engine'] as Fields | undefined
  const engine = [llmEngine, flowEngine].find(({ idField }) => typeof reference?.[idField] === 'string')
  if (engine === undefined || reference === undefined) return undefined
  const version = reference['version']
  return { engine, id: String(reference[engine.idField]), version: typeof version === 'number' ? version : undefined }
}

/** A new draft of an engine: of the agent's new version's number if it is free, else the next. */
export function branchEngine(store: SandboxStore, engine: Engine, id: string, base: number | undefined, wanted: number): number {
  const found = getVersioned(store, engine, id)
  const { fields, version: baseVersion } = findVersion(engine.what, id, found, base)
  const version = Math.max(wanted, newest(found).version + 1)
  found.versions.push({ version, is_published: false, base_version: baseVersion, last_modification_timestamp: Date.now(), fields })
  store.put(engine.type, id, found)
  return version
}

/** Publishing an agent's version freezes the version of the engine that it uses. */
export function publishEngine(store: SandboxStore, engine: Engine, id: string, version: number | undefined): void {
  const found = getVersioned(store, engine, id)
  findVersion(engine.what, id, found, version).is_published = true
  store.put(engine.type, id, found)
}

const getVersioned = (store: SandboxStore, engine: Engine, id: string): Versioned =>
  store.get<Versioned>(engine.type, id) ?? unknownAsset(engine.what, id)

export const findVersion = (what: string, id: string, { versions }: Versioned, version: number | undefined): Version =>
  (version === undefined ? newest({ versions }) : versions.find((one) => one.version === version)) ??
  unknownAsset(`version ${version} of ${what}`, id)

export function newest({ versions }: Versioned): Version {
  const last = versions.toSorted((a, b) => a.version - b.version).at(-1)
  if (last === undefined) throw new Error('A versioned resource has at least one version')
  return last
}

export const showEngine = (engine: Engine, id: string, { fields, base_version: _base, ...version }: Version): Fields => ({
  [engine.idField]: id,
  ...version,
  ...fields,
})
