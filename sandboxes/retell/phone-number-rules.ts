import type { SandboxStore } from '../kernel.ts'
import { isRecord } from '../record.ts'
import { getAgent } from './agent.ts'
import { phoneNumberFields } from './field-tables.ts'
import { pickFields } from './fields.ts'
import { refuse } from './refusal.ts'
import { findVersion } from './versions.ts'
import type { Fields } from './wire.ts'

const retired = `inbound_agent_id inbound_agent_version outbound_agent_id outbound_agent_version inbound_sms_agent_id
  inbound_sms_agent_version outbound_sms_agent_id outbound_sms_agent_version`.split(/\s+/)
const bindings = ['inbound_agents', 'outbound_agents', 'inbound_sms_agents', 'outbound_sms_agents']

/** The fields of a number that a client may write, with the agents that it names. */
export function readPhoneNumber(body: Fields, store: SandboxStore): Fields {
  const old = retired.find((name) => name in body)
  if (old !== undefined) refuse(`${old} is no longer supported; use ${old.replace(/_agent_(id|version)$/, '_agents')}`)
  const fields = pickFields(body, phoneNumberFields)
  for (const name of bindings) if (Array.isArray(fields[name])) checkWeights(name, fields[name], store)
  return fields
}

function checkWeights(name: string, agents: unknown[], store: SandboxStore): void {
  const weights = agents.map((agent) => {
    if (!isRecord(agent) || typeof agent['agent_id'] !== 'string') return refuse(`Every item of ${name} needs an agent_id`)
    const { agent_id: id, agent_version: version, weight } = agent
    const found = getAgent(store, String(id))
    if (typeof version === 'number') findVersion('agent', String(id), found, version)
    else if (version !== undefined && typeof version !== 'string') refuse(`agent_version in ${name} must be a number or a name`)
    if (typeof weight !== 'number' || weight <= 0 || weight > 1) return refuse(`Every item of ${name} needs a weight above 0, at most 1`)
    return weight
  })
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (agents.length > 0 && Math.abs(sum - 1) > 1e-6) refuse(`The weights of ${name} must sum to 1`)
}
