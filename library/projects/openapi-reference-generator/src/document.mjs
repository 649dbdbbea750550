import { parse } from 'yaml'

export const methods = ['get', 'post', 'put', 'patch', 'delete']

/** An OpenAPI document with a way to follow its references. */
export function readDocument(text) {
  const document = parse(text)
  if (!/^3\.[01]\./.test(document?.openapi ?? '')) throw new Error('This is no OpenAPI 3.0 or 3.1 document')
  const follow = (value) => {
    if (typeof value?.$ref !== 'string') return value
    const found = value.$ref.replace(/^#\//, '').split('/').reduce((place, name) => place?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], document)
    if (found === undefined) throw new Error(`${value.$ref} leads nowhere`)
    return follow(found)
  }
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) => methods.filter((method) => item[method]).map((method) => {
    const one = item[method]
    return {
      path, method, ...one, tag: one.tags?.[0] ?? 'Other',
      parameters: [...(item.parameters ?? []), ...(one.parameters ?? [])].map(follow),
      body: follow(one.requestBody)?.content?.['application/json']?.schema,
      responses: Object.entries(one.responses ?? {}).map(([status, response]) => ({ status, ...follow(response), schema: follow(response).content?.['application/json']?.schema })),
    }
  }))
  return { document, follow, operations }
}

export const nameOf = (schema) => schema?.$ref?.split('/').at(-1)
