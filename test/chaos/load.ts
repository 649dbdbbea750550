import type { User } from './user.ts'
import { companyOf, locationOf, targets } from './template.ts'

export interface Client {
  number: number
  company: string
  id: string
}

/** A deployment that the API has answered with 202. */
export interface Accepted {
  client: Client
  way: 'pipeline' | 'stages'
  /** The pipeline's id, or the record's. */
  id: string
}

/** Where clients share the agency's location, it meets its limit; `half`: those with even numbers have one of their own. */
export async function makeClients(user: User, count: number, sharing: 'all' | 'half'): Promise<Client[]> {
  return pooled(8, Array.from({ length: count }, (_, index) => index + 1), async (number) => {
    const company = companyOf(number)
    const { body } = await user.send('POST', '/api/v1/clients', { name: company })
    const id = String(body['id'])
    const locationId = locationOf(company)
    if (sharing === 'half' && number % 2 === 0) await user.send('POST', '/api/v1/connections', { provider: 'ghl', name: `${company}'s location`, clientId: id, baseUrl: 'sandbox:ghl', config: { locationId }, secrets: { token: `pit-sandbox-${locationId}` } })
    return { number, company, id }
  })
}

/** Half of the clients are deployed as one pipeline each; the others stage by stage, and half of those are planned before anything else. */
export const isPipeline = ({ number }: Client): boolean => number % 4 < 2
export const isPlannedAhead = ({ number }: Client): boolean => number % 4 === 3

export interface Planned {
  planId: unknown
  planHash: unknown
}

/** All stages before the deployment, as a script calls them. */
export async function planFor(user: User, client: Client, templateId: string): Promise<Planned> {
  const template = `/api/v1/templates/${templateId}`
  const customized = await user.send('POST', `${template}/customize`, { variables: { company: client.company } })
  const planned = await user.send('POST', `${template}/plan`, { clientId: client.id, targets, instanceId: customized.body['instanceId'] })
  const { planId, planHash } = planned.body
  await user.send('POST', `${template}/resources`, { planId })
  return { planId, planHash }
}

/** Deploys for one client. `undefined`: refused before anything was accepted. */
export async function deployFor(user: User, client: Client, templateId: string, ahead?: Planned): Promise<Accepted | undefined> {
  if (isPipeline(client)) {
    const { status, body } = await user.send('POST', '/api/v1/pipelines', { templateId, clientId: client.id, variables: { company: client.company }, targets })
    return status === 202 ? { client, way: 'pipeline', id: String(body['pipelineId']) } : undefined
  }
  const plan = ahead ?? (await planFor(user, client, templateId))
  const { status, body } = await user.send('POST', `/api/v1/templates/${templateId}/deploy`, plan)
  return status === 202 ? { client, way: 'stages', id: String(body['recordId']) } : undefined
}

/** At most so many at once. */
export async function pooled<T, R>(atOnce: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const waiting = items.entries()
  await Promise.all(Array.from({ length: atOnce }, async () => { for (const [index, item] of waiting) results[index] = await work(item) }))
  return results
}
