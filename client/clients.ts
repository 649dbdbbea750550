import { type Listing, listing } from './listing.ts'
import type { AnswerOf, Ask, BodyOf, QueryOf } from './request.ts'

export type Client = AnswerOf<'getClient'>

export interface Clients {
  list(query?: QueryOf<'listClients'>): Listing<Client>
  get(clientId: string): Promise<Client>
  create(request: BodyOf<'createClient'>): Promise<Client>
  delete(clientId: string): Promise<void>
  find(name: string): Promise<Client | undefined>
}

export const clients = (ask: Ask): Clients => {
  const list: Clients['list'] = (query = {}) => listing((at) => ask('get', '/api/v1/clients', { params: { query: { ...query, ...at } } }))
  return {
    list,
    get: (id) => ask('get', '/api/v1/clients/{id}', { params: { path: { id } } }),
    create: (body) => ask('post', '/api/v1/clients', { body }),
    async delete(id) {
      await ask('delete', '/api/v1/clients/{id}', { params: { path: { id } } })
    },
    find: async (name) => (await list({ name }).page()).items.find((client) => client.name === name),
  }
}
