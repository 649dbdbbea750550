import type { Json, JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import { ProviderError } from '../provider.ts'

/** One thing as answers hold it. */
export type Item = JsonObject & { id: string }

const isItem = (value: Json | undefined): value is Item => isObject(value) && typeof value['id'] === 'string' && value['id'] !== ''

/** The thing itself, under its name or bare. When an answer holds none, what was asked may have been done: the next attempt looks. */
export function itemOf(body: JsonObject, key: string): Item {
  const found = [body[key], body].find((value) => isItem(value))
  if (found) return found
  throw new ProviderError(`ghl answered without a ${key}`, { provider: 'ghl', retryable: true })
}

export function itemsOf(body: JsonObject | undefined, key: string): Item[] {
  const list = body?.[key]
  if (Array.isArray(list)) return list.filter((item) => isItem(item))
  throw new ProviderError(`ghl answered without ${key}; check the base URL`, { provider: 'ghl', retryable: false })
}
