import type { SandboxStore } from '../kernel.ts'
import { branchEngine, engineOf, publishEngine } from './engine.ts'
import { refuse, unknownAsset } from './refusal.ts'
import { findVersion, newest } from './versions.ts'
import type { Version, Versioned } from './versions.ts'
import type { Fields } from './wire.ts'

export type Channel = 'voice' | 'chat'

export const draftAgent = (version: number, base: number | null, fields: Fields): Version => ({
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
  const engine = used && { ...used.reference, version: branchEngine(store, used.engine, used.id, used.version, version) }
  const { version_title: _title, version_description: _description, ...carried } = fields
  const made = draftAgent(version, base, { ...carried, ...(engine && { response_engine: engine }) })
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
