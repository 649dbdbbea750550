import type { Router } from 'express'
import type { SandboxContext, SandboxStore } from '../kernel.ts'
import { agentListRoute } from './agent-list.ts'
import { checkAgent } from './agent-rules.ts'
import { draftAgent, getAgent, showAgent } from './agent.ts'
import type { Channel } from './agent.ts'
import { chatAgentFields, voiceAgentFields } from './field-tables.ts'
import { applyPatch, pickFields, requireFields } from './fields.ts'
import { RetellError } from './refusal.ts'
import { findVersion, newest } from './versions.ts'
import type { Versioned } from './versions.ts'
import { newId, readBody, readParam, readVersion } from './wire.ts'

export function agentRoutes(app: Router, sandbox: SandboxContext): void {
  channelRoutes(app, sandbox.store, 'voice', 'agent')
  channelRoutes(app, sandbox.store, 'chat', 'chat-agent')
  agentListRoute(app, sandbox)
}

function channelRoutes(app: Router, store: SandboxStore, channel: Channel, path: string): void {
  const table = channel === 'voice' ? voiceAgentFields : chatAgentFields

  app.post(`/create-${path}`, (req, res) => {
    const fields = applyPatch({}, pickFields(readBody(req), table))
    requireFields(fields, 'response_engine', ...(channel === 'voice' ? ['voice_id'] : []))
    const checked = checkAgent(fields, store)
    const id = newId('agent')
    const agent: Versioned = { channel, versions: [draftAgent(0, null, { language: 'en-US', ...checked })] }
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
