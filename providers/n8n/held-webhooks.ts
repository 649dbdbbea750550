import type { JsonObject } from '../../contracts/json.ts'
import { ProviderError } from '../provider.ts'
import type { Account } from '../provider.ts'
import { workflowAnswer } from './answers.ts'
import type { N8nClient } from './client.ts'
import { nodesOf } from './triggers.ts'
import { webhooksOf } from './webhooks.ts'
import { nameWithoutMarker } from './writable.ts'

/** One sentence for each webhook of `spec` that another active workflow of the instance holds. */
export async function heldWebhooks({ client, connection }: Account<N8nClient>, spec: JsonObject, ownId: string | undefined): Promise<string[]> {
  const wanted = webhooksOf(nodesOf(spec['nodes']))
  if (wanted.length === 0) return []
  const active = await client.list('/workflows', workflowAnswer, { active: 'true', excludePinnedData: 'true', limit: '100' })
  return active.filter(({ id }) => id !== ownId).flatMap(({ id, name, nodes }) => {
    const held = webhooksOf(nodes)
    return wanted
      .filter(({ method, path }) => held.some((other) => other.method === method && other.path === path))
      .map(({ method, path }) => `Webhook path "${path}" (${method}) is held by the active workflow "${nameWithoutMarker(name)}", ${connection.baseUrl}/workflow/${id}`)
  })
}

/** Runs what may collide with another workflow's webhook; the vendor's 409 then says which path it is about. */
export async function naming<T>(account: Account<N8nClient>, spec: JsonObject, ownId: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    if (!(error instanceof ProviderError) || error.details.status !== 409) throw error
    const held = await heldWebhooks(account, spec, ownId).catch((): string[] => [])
    const paths = webhooksOf(nodesOf(spec['nodes'])).map(({ method, path }) => `${method} "${path}"`)
    const where = held.length > 0 ? held.join('. ') : `The workflow's webhooks: ${paths.join(', ')}`
    throw new ProviderError(`${error.message} ${where}. Unpublish the other workflow or change the path, then retry.`, error.details, { cause: error })
  }
}
