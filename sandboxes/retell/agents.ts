import type { Response, Router } from 'express'
import type { SandboxContext, SandboxStore } from '../kernel.ts'
import { branchEngine, engineOf, findVersion, newest, publishEngine } from './engines.ts'
import type { Version, Versioned } from './engines.ts'
import { applyPatch, chatAgentFields, pickFields, requireFields, voiceAgentFields } from './fields.ts'
import { isVoice } from './voices.ts'
import { isFields, newId, paginate, readBody, readParam, readVersion, refuse, RetellError, unknownAsset } from './wire.ts'
import type { Fields } from './wire.ts'

type Channel = 'voice' | 'chat'

export function agentRoutes(app: Router, sandbox: SandboxContext): void {
  channelRoutes(app, sandbox.store, 'voice', 'agent')
  channelRoutes(app, sandbox.store, 'chat', 'chat-agent')
  app.post('/v2/list-agents', (req, res) => {
    const wanted = agentFilter(readBody(req)['filter_criteria'])
    const found = sandbox.store.list<Versioned>('agent').filter(({ id, body }) => wanted(id, body))
    res.json(paginate(req, sandbox, found, ({ id, body }) => agentItem(id, body)))
  })
}

function channelRoutes(app: Router, store: SandboxStore, channel: Channel, path: string): void {
  const table = channel === 'voice' ? voiceAgentFields : chatAgentFields

  app.post(`/create-${path}`, (req, res) => {
    const fields = applyPatch({}, pickFields(readBody(req), table))
    requireFields(fields, 'response_engine', ...(channel === 'voice' ? ['voice_id'] : []))
    const checked = checkAgent(fields, store)
    const id = newId('agent')
    const agent: Versioned = { channel, versions: [draft(0, null, { language: 'en-US', ...checked })] }
    store.put('agent', id, agent)
    res.status(201).json(showAgent(id, newest(agent)))
  })

  app.get(`/get-${path}/:id`, (req, res) => {
    const id = readParam(req, 'id')
    res.json(showAgent(id, findVersion('agent', id, getAgent(store, id, channel), readVersion(req))))
  })

  app.patch(`/update-${path}/:id`, (req, res) => {
    const id = readParam(req, 'id')
    const agent = getAgent(store, id, channel)
    const version = findVersion('agent', id, agent, readVersion(req))
    const patch = pickFields(readBody(req), table)
    if (version.is_published && Object.keys(patch).some((name) => name !== 'version_title')) {
      throw new RetellError(422, 'Cannot update published agent other than version title')
    }
    const fields = applyPatch(version.fields, patch)
    requireFields(fields, 'response_engine', ...(channel === 'voice' ? ['voice_id'] : []))
    Object.assign(version, { fields: checkAgent(fields, store), last_modification_timestamp: Date.now() })
    store.put('agent', id, agent)
    res.json(showAgent(id, version))
  })

  app.delete(`/delete-${path}/:id`, (req, res) => {
    const id = readParam(req, 'id')
    getAgent(store, id, channel)
    store.delete('agent', id)
    res.status(204).end()
  })
}

/** Checks what an agent refers to, and names the version of its engine as Retell does. */
function checkAgent(fields: Fields, store: SandboxStore): Fields {
  const voice = fields['voice_id']
  if (voice !== undefined && !isVoice(voice)) unknownAsset('voice', String(voice))
  const reference = fields['response_engine'] as Fields
  if (reference['type'] === 'custom-llm') {
    if (!/^wss?:\/\//.test(String(reference['llm_websocket_url']))) refuse('response_engine.llm_websocket_url must be a WebSocket URL')
    return fields
  }
  const used = engineOf(fields)
  const type = used?.engine.type === 'llm' ? 'retell-llm' : used?.engine.type
  if (used === undefined || reference['type'] !== type) {
    return refuse('response_engine must be of type retell-llm with llm_id, conversation-flow with conversation_flow_id, or custom-llm')
  }
  const engine = store.get<Versioned>(used.engine.type, used.id) ?? unknownAsset(used.engine.what, used.id)
  const { version } = findVersion(used.engine.what, used.id, engine, used.version)
  return { ...fields, response_engine: { ...reference, version } }
}

function agentFilter(criteria: unknown): (id: string, agent: Versioned) => boolean {
  if (criteria === undefined || criteria === null) return () => true
  if (!isFields(criteria)) return refuse('filter_criteria must be an object')
  const { query, channel } = criteria
  if (query !== undefined && typeof query !== 'string') refuse('filter_criteria.query must be a string')
  if (channel !== undefined && (!isFields(channel) || channel['type'] !== 'string' || channel['op'] !== 'eq')) {
    refuse('filter_criteria.channel must be {type: "string", op: "eq", value}')
  }
  const text = typeof query === 'string' ? query.toLowerCase() : ''
  const value = isFields(channel) ? channel['value'] : undefined
  return (id, agent) => {
    const name = String(newest(agent).fields['agent_name'] ?? '').toLowerCase()
    return (name.includes(text) || id.includes(text)) && (value === undefined || agent.channel === value)
  }
}

function agentItem(id: string, agent: Versioned): Fields {
  const { fields, last_modification_timestamp: modified } = newest(agent)
  return { agent_id: id, agent_name: fields['agent_name'] ?? null, channel: agent.channel, tags: [], user_modified_timestamp: modified }
}

const draft = (version: number, base: number | null, fields: Fields): Version => ({
  version,
  is_published: false,
  base_version: base,
  last_modification_timestamp: Date.now(),
  fields,
})

export function getAgent(store: SandboxStore, id: string, channel?: Channel): Versioned {
  const agent = store.get<Versioned>('agent', id)
  return agent === undefined || (channel !== undefined && agent.channel !== channel) ? unknownAsset('agent', id) : agent
}

export const showAgent = (id: string, { fields, ...version }: Version): Fields => ({ agent_id: id, ...version, ...fields })

/** A new draft from a version: Retell branches the attached LLM or flow with it. */
export function branchAgent(store: SandboxStore, id: string, base: number): Version {
  const agent = getAgent(store, id)
  const { fields } = findVersion('agent', id, agent, base)
  const version = newest(agent).version + 1
  const used = engineOf(fields)
  const branched =
    used === undefined
      ? fields
      : {
          ...fields,
          response_engine: {
            ...(fields['response_engine'] as Fields),
            version: branchEngine(store, used.engine, used.id, used.version, version),
          },
        }
  const { version_title: _title, version_description: _description, ...carried } = branched as Fields
  const made = draft(version, base, carried)
  store.put('agent', id, { ...agent, versions: [...agent.versions, made] })
  return made
}

/** Publishes in place; no follow-on draft is made. */
export function publishAgent(store: SandboxStore, id: string, body: Fields): void {
  const { version: wanted, version_title: title, version_description: description } = body
  if (typeof wanted !== 'number') refuse('version must be a number')
  const agent = getAgent(store, id)
  const version = findVersion('agent', id, agent, Number(wanted))
  const used = engineOf(version.fields)
  if (used !== undefined) publishEngine(store, used.engine, used.id, used.version)
  version.is_published = true
  version.fields = {
    ...version.fields,
    ...(typeof title === 'string' ? { version_title: title } : {}),
    ...(typeof description === 'string' ? { version_description: description } : {}),
  }
  store.put('agent', id, agent)
}

/** Retell's empty answers carry a JSON content type; by order they come chunked, on which some clients choke. */
export function answerEmpty(res: Response, chunked: boolean): void {
  res.status(200).setHeader('content-type', 'application/json')
  res.setHeader(chunked ? 'transfer-encoding' : 'content-length', chunked ? 'chunked' : '0')
  res.end()
}

