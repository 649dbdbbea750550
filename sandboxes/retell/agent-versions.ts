import type { Response, Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { branchAgent, getAgent, publishAgent, showAgent } from './agent.ts'
import { engineOf } from './engine.ts'
import { paginate } from './page.ts'
import { refuse, RetellError } from './refusal.ts'
import { findVersion } from './versions.ts'
import type { Versioned } from './versions.ts'
import { isVoice } from './voices.ts'
import { readBody, readParam, readVersion } from './wire.ts'
import type { Fields } from './wire.ts'

/** Drafts, versions and publishing; voice and chat agents share these routes. */
export function agentVersionRoutes(app: Router, sandbox: SandboxContext): void {
  const { store } = sandbox

  app.post('/create-agent-version/:id', (req, res) => {
    const id = readParam(req, 'id')
    const base = readBody(req)['base_version']
    if (typeof base !== 'number') return refuse('base_version must be a number')
    res.status(201).json(showAgent(id, branchAgent(store, id, base)))
  })

  app.get('/list-agent-versions/:id', (req, res) => {
    const { versions } = getAgent(store, readParam(req, 'id'))
    const listed = versions.map((version) => ({ ...version, id: String(version.version), createdAt: 0 }))
    res.json(
      paginate(req, sandbox, listed, ({ id: _id, createdAt: _at, fields, ...version }) => ({
        ...version,
        ...('version_title' in fields ? { version_title: fields['version_title'] } : {}),
        ...('version_description' in fields ? { version_description: fields['version_description'] } : {}),
      })),
    )
  })

  app.post('/publish-agent-version/:id', (req, res) => {
    publishAgent(store, readParam(req, 'id'), readBody(req))
    answerEmpty(res, sandbox.faults().extras?.['emptyChunked'] === true)
  })

  app.delete('/delete-agent-version/:id', (req, res) => {
    const id = readParam(req, 'id')
    const agent = getAgent(store, id)
    const version = findVersion('agent', id, agent, readVersion(req) ?? refuse('version is required'))
    if (agent.versions.length === 1) refuse('Cannot delete the only version of an agent')
    store.put('agent', id, { ...agent, versions: agent.versions.filter((one) => one.version !== version.version) })
    res.status(204).end()
  })

  app.post('/repair-agent/:id', (req, res) => {
    const id = readParam(req, 'id')
    const agent = getAgent(store, id)
    const version = findVersion('agent', id, agent, readVersion(req))
    if (version.is_published) throw new RetellError(422, 'Only a draft can be repaired')
    const used = engineOf(version.fields)
    const engine = used && store.get<Versioned>(used.engine.type, used.id)
    if (used !== undefined && engine !== undefined) {
      const attached = findVersion(used.engine.what, used.id, engine, used.version)
      attached.fields = onlyLive(attached.fields, 'knowledge_base_ids', (kb) => store.get('knowledge-base', String(kb)) !== undefined)
      store.put(used.engine.type, used.id, engine)
    }
    version.fields = onlyLive(version.fields, 'fallback_voice_ids', isVoice)
    store.put('agent', id, agent)
    res.json(showAgent(id, version))
  })
}

/** Drops references that dangle. */
function onlyLive(fields: Fields, name: string, isLive: (id: unknown) => boolean): Fields {
  const references = fields[name]
  return Array.isArray(references) ? { ...fields, [name]: references.filter(isLive) } : fields
}

/** Retell's empty answers carry a JSON content type; by order they come chunked, on which some clients choke. */
function answerEmpty(res: Response, chunked: boolean): void {
  res.status(200).setHeader('content-type', 'application/json')
  res.setHeader(chunked ? 'transfer-encoding' : 'content-length', chunked ? 'chunked' : '0')
  res.end()
}
