import { requestBody } from './contract.mjs'

/** Sends what a scenario says. Answers status, headers and the parsed body. */
export function createSender(contract, baseUrl, token) {
  return async ({ operation: id, path = {}, query = {}, body, headers = {}, anonymous = false }) => {
    const operation = contract.operations.get(id)
    if (!operation) throw new Error(`${id} is no operation of the contract`)
    const payload = body === 'example' ? requestBody(contract, operation)?.example : body
    const url = new URL(fill(operation, path), baseUrl)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
    const response = await fetch(url, {
      method: operation.method.toUpperCase(),
      headers: { accept: 'application/json, application/problem+json', ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...(anonymous ? {} : credential(token)), ...headers },
      body: payload === undefined ? undefined : JSON.stringify(payload),
      signal: AbortSignal.timeout(15_000),
    })
    return { status: response.status, headers: response.headers, body: parsed(await response.text()) }
  }
}

const fill = ({ id, path }, values) => path.replace(/\{(\w+)\}/g, (_, name) => {
  if (values[name] === undefined) throw new Error(`${id} needs the path parameter ${name}: return it from the scenario's "given"`)
  return encodeURIComponent(values[name])
})

${% if variables.auth == "bearer" -%}
const credential = (token) => ({ authorization: `Bearer ${token}` })
${% elsif variables.auth == "apiKey" -%}
const credential = (token) => ({ 'x-api-key': token })
${% else -%}
const credential = () => ({})
${% endif %}
function parsed(text) {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
