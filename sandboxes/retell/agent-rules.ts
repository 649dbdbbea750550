import type { SandboxStore } from '../kernel.ts'
import { isRecord } from '../record.ts'
import { engineOf } from './engine.ts'
import { refuse, unknownAsset } from './refusal.ts'
import { findVersion } from './versions.ts'
import type { Versioned } from './versions.ts'
import { isVoice } from './voices.ts'
import type { Fields } from './wire.ts'

/** Checks what an agent refers to, and names the version of its engine as Retell does. */
export function checkAgent(fields: Fields, store: SandboxStore): Fields {
  const voice = fields['voice_id']
  if (voice !== undefined && !isVoice(voice)) unknownAsset('voice', String(voice))
  const reference = fields['response_engine']
  if (isRecord(reference) && reference['type'] === 'custom-llm') {
    if (!/^wss?:\/\//.test(String(reference['llm_websocket_url']))) refuse('response_engine.llm_websocket_url must be a WebSocket URL')
    return fields
  }
  const used = engineOf(fields)
  const type = used?.engine.type === 'llm' ? 'retell-llm' : used?.engine.type
  if (used === undefined || used.reference['type'] !== type) {
    return refuse('response_engine must be of type retell-llm with llm_id, conversation-flow with conversation_flow_id, or custom-llm')
  }
  const engine = store.get<Versioned>(used.engine.type, used.id) ?? unknownAsset(used.engine.what, used.id)
  const { version } = findVersion(used.engine.what, used.id, engine, used.version)
  return { ...fields, response_engine: { ...used.reference, version } }
}
