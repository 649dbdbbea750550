import type { PhoneNumberImportParams, PhoneNumberUpdateParams } from 'retell-sdk/resources/phone-number.js'
import { z } from 'zod'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { changedKeys, diffSpec } from '../../domain/diff.ts'
import { isObject } from '../../domain/json.ts'
import { ManualStep } from '../provider.ts'
import type { Live, ResourceType, SpecProblem } from '../provider.ts'
import { call, ifThere, json, typed } from './client.ts'
import type { Account, Retell } from './client.ts'
import { dropKeys, objects, pick, text, without, words } from './spec.ts'
import { problemsOf } from './spec-problems.ts'

const bindings = words('inbound_agents outbound_agents inbound_sms_agents outbound_sms_agents')
const readOnly = new Set(words('phone_number_type phone_number_pretty area_code last_modification_timestamp sip_outbound_trunk_config'))
const retired = words('inbound_agent_id inbound_agent_version outbound_agent_id outbound_agent_version inbound_sms_agent_id inbound_sms_agent_version outbound_sms_agent_id outbound_sms_agent_version')

const agents = z.array(z.strictObject({
  agent_id: z.string().min(1),
  agent_version: z.union([z.number().int().min(0), z.string()], 'must be a version number, or a name such as latest_published').optional(),
  weight: z.number().gt(0).max(1).optional(),
})).nullish()
const countries = z.array(z.string().length(2, 'must be ISO 3166-1 alpha-2 codes')).nullish()

/** docs.retellai.com/api-references/import-phone-number and update-phone-number; nothing here buys a number. */
const schema = z.strictObject({
  phone_number: z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be an E.164 number such as +14157774444'),
  termination_uri: z.string().min(1).optional(),
  sip_trunk_auth_username: z.string().optional(),
  sip_trunk_auth_password: z.string().optional(),
  transport: z.string().nullish(),
  nickname: z.string().nullish(),
  inbound_agents: agents,
  outbound_agents: agents,
  inbound_sms_agents: agents,
  outbound_sms_agents: agents,
  inbound_webhook_url: z.string().nullish(),
  inbound_sms_webhook_url: z.string().nullish(),
  fallback_number: z.string().nullish(),
  allowed_inbound_country_list: countries,
  allowed_outbound_country_list: countries,
})

const validate = (spec: JsonObject): SpecProblem[] => [
  ...problemsOf(schema, spec, new Set([...readOnly, ...retired])),
  ...retired.filter((key) => key in spec).map((key) => ({ pointer: `/${key}`, message: `retired by Retell: use ${key.replace(/_agent_(id|version)$/, '_agents')}`, certain: true })),
  ...bindings.flatMap((key): SpecProblem[] => {
    const weights = objects(spec[key]).map(({ weight }) => weight)
    if (weights.length === 0 || (weights.length === 1 && weights[0] === undefined)) return []
    if (weights.includes(undefined)) return [{ pointer: `/${key}`, message: 'every agent needs a weight where there are several' }]
    if (!weights.every((weight) => typeof weight === 'number')) return []
    return Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-6 ? [] : [{ pointer: `/${key}`, message: 'the weights must add up to 1' }]
  }),
]

/** Says outright what Retell would assume: callers get the latest published version. */
const bound = (value: Json, key: string): Json =>
  !Array.isArray(value) || !bindings.includes(key)
    ? value
    : value.map((one) => (isObject(one) ? { agent_version: 'latest_published', ...(value.length === 1 ? { weight: 1 } : {}), ...one } : one))

function normalize(spec: JsonObject): { spec: JsonObject; notes: string[] } {
  const { spec: kept, notes } = dropKeys(spec, readOnly)
  return { spec: Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, bound(value, key)])), notes }
}

/** What we make is the binding, not the number, which stays when we go: so that it is ours as soon as it is there. */
function toLive(answer: JsonObject): Live {
  const trunk = isObject(answer['sip_outbound_trunk_config']) ? answer['sip_outbound_trunk_config'] : {}
  const { termination_uri = null, auth_username = null, transport = null } = trunk
  return {
    externalId: text(answer['phone_number']),
    spec: { ...without(answer, readOnly), termination_uri, sip_trunk_auth_username: auth_username, transport },
    marked: true,
  }
}

async function read({ client }: Account, number: string): Promise<Live | undefined> {
  const answer = await ifThere(() => client.phoneNumber.retrieve(number))
  return answer && toLive(json(answer))
}

/** The trunk's credentials have other names when a number is updated than when it is imported. */
const updateBody = ({ sip_trunk_auth_username, sip_trunk_auth_password, ...patch }: JsonObject): JsonObject => ({
  ...patch,
  ...(sip_trunk_auth_username === undefined ? {} : { auth_username: sip_trunk_auth_username }),
  ...(sip_trunk_auth_password === undefined ? {} : { auth_password: sip_trunk_auth_password }),
})

/** Writes what differs, and the password, which cannot be read, whenever the spec gives one. */
async function write({ client }: Account, live: Live, spec: JsonObject): Promise<Live> {
  const keys = changedKeys(diffSpec(live.spec, without(spec, new Set(['sip_trunk_auth_password']))))
  const patch = pick(spec, new Set([...keys, 'sip_trunk_auth_password']))
  if (Object.keys(patch).length === 0) return live
  return toLive(json(await call(() => client.phoneNumber.update(live.externalId, typed<PhoneNumberUpdateParams>(updateBody(patch))))))
}

/** Without some agents; the others' weights are scaled to add up to 1 again. */
function unbound(value: Json | undefined, ours: ReadonlySet<string>): JsonObject[] {
  const others = objects(value).filter(({ agent_id }) => !ours.has(text(agent_id)))
  const sum = others.reduce((total, { weight }) => total + (typeof weight === 'number' ? weight : 0), 0)
  return others.map((one) => ({ ...one, weight: typeof one['weight'] === 'number' && sum > 0 ? one['weight'] / sum : 1 / others.length }))
}

const dashboard = 'https://dashboard.retellai.com/phone-numbers'
const notThere = (number: string): string =>
  `${number} is not a phone number of this Retell account: buy it there, or give termination_uri so that it is imported; it is never bought for you`

export const phoneNumber: ResourceType<Retell> = {
  title: 'Retell phone number',
  validate,
  normalize,
  immutable: ['phone_number'],
  unreadable: ['sip_trunk_auth_password'],
  naturalKey: ({ spec }) => text(spec['phone_number']),
  get: read,
  find: (account, { spec }) => read(account, text(spec['phone_number'])),

  async create(account, { spec }) {
    const number = text(spec['phone_number'])
    const live = await read(account, number)
    if (live) return write(account, live, spec)
    if (!text(spec['termination_uri'])) throw new ManualStep(notThere(number), dashboard)
    const { inbound_sms_agents, outbound_sms_agents, inbound_sms_webhook_url, fallback_number, ...imported } = spec
    const made = await call(() => account.client.phoneNumber.import(typed<PhoneNumberImportParams>(imported)))
    // Import takes fewer fields than update.
    const rest = { inbound_sms_agents, outbound_sms_agents, inbound_sms_webhook_url, fallback_number }
    return write(account, toLive(json(made)), Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, Json] => entry[1] !== undefined)))
  },

  update: (account, live, { spec }) => write(account, live, spec),

  /** The number stays with its account; only our agents are taken off it. */
  async remove(account, externalId) {
    const live = await read(account, externalId)
    if (!live) return
    const ours = new Set(account.siblings.map((sibling) => sibling.externalId))
    const changed = bindings.filter((key) => objects(live.spec[key]).some(({ agent_id }) => ours.has(text(agent_id))))
    if (changed.length === 0) return
    const patch: JsonObject = Object.fromEntries(changed.map((key) => [key, unbound(live.spec[key], ours)]))
    await ifThere(() => account.client.phoneNumber.update(externalId, typed<PhoneNumberUpdateParams>(patch)))
  },

  diff: (live, { spec }) => diffSpec(live.spec, without(spec, new Set(['sip_trunk_auth_password']))),

  url: (_connection, { externalId }) => `${dashboard}#${encodeURIComponent(externalId)}`,

  remarks(account, { spec }, live) {
    if (!live) return Promise.resolve(text(spec['termination_uri']) ? [] : [notThere(text(spec['phone_number']))])
    const ours = new Set(account.siblings.map((sibling) => sibling.externalId))
    const strangers = objects(live.spec['inbound_agents']).map(({ agent_id }) => text(agent_id)).filter((id) => !ours.has(id))
    const taken = spec['inbound_agents'] !== undefined && strangers.length > 0
    return Promise.resolve(taken ? [`${live.externalId} is answered by ${strangers.join(', ')} now; the deployment takes it over`] : [])
  },
}
