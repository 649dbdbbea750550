import type { SandboxStore } from '../kernel.ts'
import { isRecord } from '../record.ts'
import { flowEngine, llmEngine } from './engine-kinds.ts'
import type { Engine } from './engine-kinds.ts'
import { unknownAsset } from './refusal.ts'
import { findVersion, newest } from './versions.ts'
import type { Version, Versioned } from './versions.ts'
import type { Fields } from './wire.ts'

/** The engine an agent's fields refer to, unless it is a custom LLM. */
export function engineOf(agent: Fields): { engine: Engine; id: string; version: number | undefined; reference: Fields } | undefined {
  const reference = agent['response_engine']
  const engine = [llmEngine, flowEngine].find(({ idField }) => isRecord(reference) && typeof reference[idField] === 'string')
  if (engine === undefined || !isRecord(reference)) return undefined
  const version = reference['version']
  return { engine, id: String(reference[engine.idField]), version: typeof version === 'number' ? version : undefined, reference }
}

/** A new draft of an engine: of the agent's new version's number if it is free, else the next. */
export function branchEngine(store: SandboxStore, engine: Engine, id: string, base: number | undefined, wanted: number): number {
  const found = getEngine(store, engine, id)
  const { fields, version: baseVersion } = findVersion(engine.what, id, found, base)
  const version = Math.max(wanted, newest(found).version + 1)
  found.versions.push({ version, is_published: false, base_version: baseVersion, last_modification_timestamp: Date.now(), fields })
  store.put(engine.type, id, found)
  return version
}

/** Publishing an agent's version freezes the version of the engine that it uses. */
export function publishEngine(store: SandboxStore, engine: Engine, id: string, version: number | undefined): void {
  const found = getEngine(store, engine, id)
  findVersion(engine.what, id, found, version).is_published = true
  store.put(engine.type, id, found)
}

export const getEngine = (store: SandboxStore, engine: Engine, id: string): Versioned =>
  store.get<Versioned>(engine.type, id) ?? unknownAsset(engine.what, id)

export const showEngine = (engine: Engine, id: string, { fields, base_version: _base, ...version }: Version): Fields => ({
  [engine.idField]: id,
  ...version,
  ...fields,
})
