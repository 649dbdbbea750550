import { type Listing, listing } from './listing.ts'
import type { AnswerOf, Ask, BodyOf, QueryOf } from './request.ts'

export type DeadLetters = AnswerOf<'listDeadLetters'>
export type DeadLetter = DeadLetters['items'][number]

export interface DeadLetterList {
  /** What is parked; each page also has the groups of what failed alike. */
  list(query?: QueryOf<'listDeadLetters'>): Listing<DeadLetter, DeadLetters>
  retry(filter?: BodyOf<'retryDeadLetters'>['filter']): Promise<AnswerOf<'retryDeadLetters'>>
}

export const deadLetters = (ask: Ask): DeadLetterList => ({
  list: (query = {}) => listing<DeadLetter, DeadLetters>((at) => ask('get', '/api/v1/dead-letters', { params: { query: { ...query, ...at } } })),
  retry: (filter = {}) => ask('post', '/api/v1/dead-letters/retry', { body: { filter } }),
})
