import type { Router } from 'express'
import type { SandboxContext, SandboxStore } from '../kernel.ts'
import { applyPatch, requireFields } from './fields.ts'
import { paginate } from './page.ts'
import { readPhoneNumber } from './phone-number-rules.ts'
import { refuse, unknownAsset } from './refusal.ts'
import { readBody, readParam } from './wire.ts'
import type { Fields } from './wire.ts'

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
