import type { JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import { ProviderError } from '../provider.ts'
import type { Account, Desired, Live, ResourceType, SpecProblem } from '../provider.ts'
import { credentialAnswer } from './answers.ts'
import type { CredentialAnswer } from './answers.ts'
import type { N8nClient } from './client.ts'
import { nameWithoutMarker, titleOf, writableName } from './writable.ts'

const written = ['name', 'type', 'data']

/** `{name, type, data}`; n8n checks the data against the type's schema and never shows it again. */
export const credential: ResourceType<N8nClient> = {
  title: 'Credential',
  validate,
  normalize(spec) {
    const notes = Object.keys(spec).filter((key) => !written.includes(key)).map((key) => `${key}: not accepted by every version of n8n's API, not sent`)
    const kept = Object.entries(spec).filter(([key]) => written.includes(key))
    return { spec: Object.fromEntries(kept.map(([key, value]) => [key, key === 'name' && typeof value === 'string' ? writableName(value, notes) : value])), notes }
  },
  naturalKey: ({ marker }) => marker,
  immutable: ['type'],
  unreadable: ['data'],

  // Only newer versions answer for a single credential; all of them list.
  async get(account, externalId) {
    const found = (await all(account)).find(({ id }) => id === externalId)
    return found && toLive(found)
  },

  async find(account, { marker }) {
    const found = (await all(account)).find(({ id, name }) => id === marker || name.endsWith(` [${marker}]`))
    return found && toLive(found)
  },

  /** Newer versions take an id of the caller's choice, which makes a repeated create recognisable. */
  async create(account, desired) {
    const body = bodyOf(desired)
    try {
      return toLive(await account.client.send('POST', '/credentials', credentialAnswer, { id: desired.marker, ...body }))
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      if (error.details.status === 409) return change(account, desired.marker, desired)
      if (error.details.status !== 400 || !refusesId(error.message)) throw error
      return toLive(await account.client.send('POST', '/credentials', credentialAnswer, body))
    }
  },

  update: (account, live, desired) => change(account, live.externalId, desired),
  remove: ({ client }, externalId) => client.remove(pathOf(externalId)),
  url: ({ baseUrl }) => `${baseUrl}/home/credentials`,
}

const pathOf = (id: string): string => `/credentials/${encodeURIComponent(id)}`

const refusesId = (message: string): boolean => /request\/body(\/id is read-only| must NOT have additional properties)/.test(message)

async function all({ client }: Account<N8nClient>): Promise<CredentialAnswer[]> {
  try {
    return await client.list('/credentials', credentialAnswer)
  } catch (error) {
    if (!(error instanceof ProviderError) || error.details.status !== 403) throw error
    throw new ProviderError(`${error.message}; listing credentials needs an API key of the instance's owner or an admin, with the scope credential:list`, error.details)
  }
}

const change = async ({ client }: Account<N8nClient>, id: string, desired: Desired): Promise<Live> =>
  toLive(await client.send('PATCH', pathOf(id), credentialAnswer, bodyOf(desired)))

function bodyOf(desired: Desired): JsonObject {
  const { type, data } = desired.spec
  return { name: titleOf(desired), type: type ?? '', data: data ?? {} }
}

const toLive = ({ id, name, type }: CredentialAnswer): Live => ({ externalId: id, spec: { name: nameWithoutMarker(name), type }, marked: true })

function validate({ name, type, data }: JsonObject): SpecProblem[] {
  return [
    ...problemOf('/name', name, 'a text', typeof name === 'string' && name !== ''),
    ...problemOf('/type', type, 'a text', typeof type === 'string' && type !== ''),
    ...problemOf('/data', data, 'an object', isObject(data)),
  ]
}

function problemOf(pointer: string, value: unknown, what: string, isRight: boolean): SpecProblem[] {
  if (value === undefined) return [{ pointer, message: 'is missing', certain: true }]
  return isRight ? [] : [{ pointer, message: `must be ${what}` }]
}
