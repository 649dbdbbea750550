import type { Json, JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import { enabled, shortType } from './triggers.ts'

export interface Webhook {
  method: string
  path: string
}

/** What the nodes listen on once published; a path may be held by one active workflow of an instance. */
export const webhooksOf = (nodes: readonly JsonObject[]): Webhook[] =>
  enabled(nodes).flatMap(webhooksOfNode).filter(({ path }) => path !== '' && path !== '/chat')

function webhooksOfNode(node: JsonObject): Webhook[] {
  const parameters = isObject(node['parameters']) ? node['parameters'] : {}
  const webhookId = typeof node['webhookId'] === 'string' ? node['webhookId'] : ''
  const given = typeof parameters['path'] === 'string' ? parameters['path'].replace(/^\/|\/$/g, '') : ''
  const path = given === '' ? webhookId : given
  switch (shortType(node)) {
    case 'webhook':
      return methodsOf(parameters['httpMethod']).map((method) => ({ method, path }))
    case 'formTrigger':
      return ['GET', 'POST'].map((method) => ({ method, path }))
    case 'chatTrigger':
      return [{ method: 'POST', path: `${webhookId}/chat` }]
    default:
      return []
  }
}

const methodsOf = (named: Json | undefined): string[] => (Array.isArray(named) ? named.map(String) : [typeof named === 'string' ? named : 'GET'])
