import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options']

/** The document, and its operations by operationId. */
export function readContract(file) {
  const document = parse(readFileSync(file, 'utf8'))
  if (!/^3\.1\./.test(document.openapi ?? '')) throw new Error(`${file}: needs "openapi: 3.1.x", has ${document.openapi}`)
  const operations = new Map()
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods.filter((one) => item[one])) {
      const found = item[method]
      if (!found.operationId) throw new Error(`${method} ${path} has no operationId`)
      if (operations.has(found.operationId)) throw new Error(`operationId ${found.operationId} stands twice`)
      operations.set(found.operationId, { id: found.operationId, method, path, pointer: `/paths/${escape(path)}/${method}`, ...found })
    }
  }
  return { document, operations }
}

/** Pointer of what stands there, following references. */
export function locate(document, pointer) {
  const value = at(document, pointer)
  return value?.$ref ? locate(document, value.$ref.slice(1)) : { pointer, value }
}

/** A documented answer: the exact status, its class (`4XX`), or the default. */
export function responseOf(contract, operation, status) {
  const key = [String(status), `${String(status)[0]}XX`, 'default'].find((one) => operation.responses[one])
  return key && locate(contract.document, `${operation.pointer}/responses/${key}`)
}

/** The schema and the example of what an operation takes as JSON. */
export function requestBody(contract, operation) {
  const { value, pointer } = locate(contract.document, `${operation.pointer}/requestBody`)
  const media = value?.content?.['application/json']
  if (!media) return undefined
  return { example: media.example ?? Object.values(media.examples ?? {})[0]?.value, schema: locate(contract.document, `${pointer}/content/application~1json/schema`).value }
}

export const escape = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1')
const at = (value, pointer) => pointer.split('/').slice(1).reduce((part, key) => part?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], value)
