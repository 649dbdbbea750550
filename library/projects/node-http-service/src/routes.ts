import { Problem } from './http.ts'
import type { FieldError, Routes } from './http.ts'
import type { Item, Store } from './store.ts'

const path = '/${{ variables.resource }}s'
const missing = (id = ''): Problem => new Problem(404, 'Not found', `There is no ${{ variables.resource }} ${id}`)
const invalid = (errors: FieldError[]): Problem => new Problem(422, 'Invalid input', 'The body is not what it must be', errors)
const etag = ({ version }: Item): string => `"${version}"`

/** Every problem at once, each with its place. */
function parseInput(body: unknown): { name: string } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid([{ pointer: '', message: 'must be an object' }])
  const { name, ...others } = body as Record<string, unknown>
  const errors: FieldError[] = Object.keys(others).map((key) => ({ pointer: `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, message: 'is not known' }))
  if (typeof name !== 'string' || name.trim() === '' || name.length > 200) errors.push({ pointer: '/name', message: 'must be a text of 1 to 200 characters' })
  if (errors.length > 0) throw invalid(errors)
  return { name: (name as string).trim() }
}

function parseLimit(text: string | null): number {
  const limit = Number(text ?? 20)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new Problem(400, 'Invalid query', 'limit must be a whole number from 1 to 100')
  return limit
}

export const createRoutes = (store: Store): Routes => ({
  [`GET ${path}`]: async ({ query }) => ({ status: 200, body: await store.page(parseLimit(query.get('limit')), query.get('after') ?? undefined) }),

  [`POST ${path}`]: async ({ json, header }) => {
    const { name } = parseInput(await json())
    const { item, isNew } = await store.add(name, header('idempotency-key'))
    return { status: isNew ? 201 : 200, body: item, headers: { location: `${path}/${item.id}`, etag: etag(item) } }
  },

  [`GET ${path}/:id`]: async ({ params, header }) => {
    const item = await store.find(params['id'] ?? '')
    if (!item) throw missing(params['id'])
    return header('if-none-match') === etag(item) ? { status: 304, headers: { etag: etag(item) } } : { status: 200, body: item, headers: { etag: etag(item) } }
  },

  [`PUT ${path}/:id`]: async ({ params, header, json }) => {
    const seen = /^"(\d+)"$/.exec(header('if-match') ?? '')?.[1]
    if (seen === undefined) throw new Problem(428, 'Precondition required', 'Send if-match with the etag that you have seen')
    const changed = await store.change(params['id'] ?? '', Number(seen), parseInput(await json()).name)
    if (changed === undefined) throw missing(params['id'])
    if (changed === 'stale') throw new Problem(412, 'Precondition failed', 'Somebody changed it meanwhile: read it again')
    return { status: 200, body: changed, headers: { etag: etag(changed) } }
  },

  [`DELETE ${path}/:id`]: async ({ params }) => {
    if (!(await store.remove(params['id'] ?? ''))) throw missing(params['id'])
    return { status: 204 }
  },
})
