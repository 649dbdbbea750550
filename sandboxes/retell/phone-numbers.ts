import type { Router } from 'express'
import type { SandboxContext, SandboxStore } from '../kernel.ts'
import { getAgent } from './agents.ts'
import { findVersion } from './engines.ts'
import { applyPatch, phoneNumberFields, pickFields, requireFields } from './fields.ts'
import { isFields, paginate, readBody, readParam, refuse, unknownAsset } from './wire.ts'
import type { Fields } from './wire.ts'

const retired = `inbound_agent_id inbound_agent_version outbound_agent_id outbound_agent_version inbound_sms_agent_id
  inbound_sms_agent_version outbound_sms_agent_id outbound_sms_agent_version`.split(/\s+/)
const bindings = ['inbound_agents', 'outbound_agents', 'inbound_sms_agents', 'outbound_sms_agents']

export function phoneNumberRoutes(app: Router, sandbox: SandboxContext): void {
  const { store } = sandbox

  app.post('/import-phone-number', (req, res) => {
    const body = readBody(req)
    requireFields(body, 'phone_number', 'termination_uri')
    const number = String(body['phone_number'])
    if (!/^\+[1-9]\d{6,14}$/.test(number) && body['ignore_e164_validation'] !== true) refuse('phone_number must be in E.164 format')
    res.status(201).json(add(number, 'custom', body))
  })

  app.post('/create-phone-number', (req, res) => {
    const body = readBody(req)
    const areaCode = body['area_code'] ?? 415
    if (!Number.isInteger(areaCode)) refuse('area_code must be a number')
    const bought = `+1${areaCode}555${String(store.next('phone-number')).padStart(4, '0')}`
    res.status(201).json(add(typeof body['phone_number'] === 'string' ? body['phone_number'] : bought, 'retell-twilio', body))
  })

  app.patch('/update-phone-number/:id', (req, res) => {
    const id = readParam(req, 'id')
    const current = getPhoneNumber(store, id)
    const changed = { ...applyPatch(current, readPhoneNumber(readBody(req), store)), last_modification_timestamp: Date.now() }
    store.put('phone-number', id, changed)
    res.json(showPhoneNumber(changed))
  })

  app.get('/get-phone-number/:id', (req, res) => void res.json(showPhoneNumber(getPhoneNumber(store, readParam(req, 'id')))))

  app.get('/v2/list-phone-numbers', (req, res) => {
    res.json(paginate(req, sandbox, store.list<Fields>('phone-number'), ({ body }) => showPhoneNumber(body)))
  })

  app.delete('/delete-phone-number/:id', (req, res) => {
    const id = readParam(req, 'id')
    if (!store.delete('phone-number', id)) unknownAsset('phone number', id)
    res.status(204).end()
  })

  function add(number: string, type: string, body: Fields): Fields {
    if (store.get('phone-number', number) !== undefined) refuse(`Phone number ${number} already exists`)
    const made = {
      phone_number: number,
      phone_number_type: type,
      phone_number_pretty: number,
      last_modification_timestamp: Date.now(),
      ...applyPatch({}, readPhoneNumber(body, store)),
    }
    store.put('phone-number', number, made)
    return showPhoneNumber(made)
  }
}

function readPhoneNumber(body: Fields, store: SandboxStore): Fields {
  const old = retired.find((name) => name in body)
  if (old !== undefined) refuse(`${old} is no longer supported; use ${old.replace(/_agent_(id|version)$/, '_agents')}`)
  const fields = pickFields(body, phoneNumberFields)
  for (const name of bindings) if (Array.isArray(fields[name])) checkWeights(name, fields[name], store)
  return fields
}

function checkWeights(name: string, agents: unknown[], store: SandboxStore): void {
  const weights = agents.map((agent) => {
    if (!isFields(agent) || typeof agent['agent_id'] !== 'string') return refuse(`Every item of ${name} needs an agent_id`)
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

/** What must not be read back (the trunk's password) is kept to the sandbox. */
export function showPhoneNumber(phoneNumber: Fields): Fields {
  const { auth_password: _a, sip_trunk_auth_password: _b, auth_username, sip_trunk_auth_username, termination_uri, transport, ...shown } = phoneNumber
  return {
    ...shown,
    ...(termination_uri === undefined
      ? {}
      : { sip_outbound_trunk_config: { termination_uri, transport: transport ?? 'TCP', auth_username: auth_username ?? sip_trunk_auth_username } }),
  }
}

const getPhoneNumber = (store: SandboxStore, id: string): Fields =>
  store.get<Fields>('phone-number', id) ?? unknownAsset('phone number', id)
