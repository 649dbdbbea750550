import { z } from 'zod'
import { createHttp } from './http.ts'
import type { CallOptions, Http, HttpOptions } from './http.ts'
import { ${% for resource in variables.resources %}${{ resource.name }}, ${{ resource.name }}Input${% unless forloop.last %}, ${% endunless %}${% endfor %} } from './models.ts'

export interface Page<T> { items: T[]; next?: string | undefined }
export interface PageQuery { limit?: number; after?: string }

/** What every resource can do. */
const createResource = <M extends z.ZodType, I extends z.ZodType>(http: Http, path: string, model: M, input: I) => ({
  list: (query: PageQuery = {}, options?: CallOptions): Promise<Page<z.output<M>>> => http.shared({ method: 'GET', path, query, answer: z.object({ items: z.array(model), next: z.string().optional() }) }, options),
  get: (id: string, options?: CallOptions): Promise<z.output<M>> => http.shared({ method: 'GET', path: `${path}/${encodeURIComponent(id)}`, answer: model }, options),
  create: (value: z.input<I>, options?: CallOptions): Promise<z.output<M>> => http.call<z.ZodType>({ method: 'POST', path, body: input.parse(value), answer: model }, options) as Promise<z.output<M>>,
  update: (id: string, value: z.input<I>, options?: CallOptions): Promise<z.output<M>> => http.call<z.ZodType>({ method: 'PUT', path: `${path}/${encodeURIComponent(id)}`, body: input.parse(value), answer: model }, options) as Promise<z.output<M>>,
  remove: (id: string, options?: CallOptions): Promise<undefined> => http.call({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}`, answer: undefined }, options),
  /** All pages, one after the other. */
  async *all(query: Omit<PageQuery, 'after'> = {}, options?: CallOptions): AsyncGenerator<z.output<M>> {
    for (let after: string | undefined; ;) {
      const { items, next }: Page<z.output<M>> = await this.list({ ...query, ...(after === undefined ? {} : { after }) }, options)
      yield* items
      if (next === undefined) return
      after = next
    }
  },
})

export function createApi(options: HttpOptions) {
  const http = createHttp(options)
  return {
${%- for resource in variables.resources %}
    ${{ resource.name }}s: createResource(http, '${{ resource.path }}', ${{ resource.name }}, ${{ resource.name }}Input),
${%- endfor %}
  }
}
