/** What was decided for this organisation. */
export const settings = { casing: '${{ variables.casing }}', paging: '${{ variables.paging }}', versioning: '${{ variables.versioning }}', deprecationMonths: ${{ variables.deprecationMonths }} }

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options']
const cases = { camelCase: /^[a-z][a-zA-Z0-9]*$/, snake_case: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/ }
const verbs = /^(get|list|create|make|update|delete|remove|set|add|fetch|do|run|search|cancel|approve)(?=[A-Z-]|$)/

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
export const pointer = (...names) => `#/${names.map((name) => String(name).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`

/** What a `$ref` inside the document leads to. */
export function resolved(document, value, left = 20) {
  if (!isObject(value) || typeof value.$ref !== 'string' || left === 0) return value
  const names = value.$ref.replace(/^#\//, '').split('/').map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  return resolved(document, names.reduce((place, name) => place?.[name], document), left - 1)
}

/** Every operation with where it stands; parameters of the path are its own, too. */
export const operationsOf = (document) =>
  Object.entries(document.paths ?? {}).flatMap(([path, item]) => methods.filter((method) => isObject(item?.[method])).map((method) => ({
    path, method, operation: item[method], at: pointer('paths', path, method),
    parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map((one) => resolved(document, one) ?? {}),
  })))

/** Every schema, in components and inline, once. */
export function schemasOf(document) {
  const found = []
  const visit = (value, names) => {
    if (Array.isArray(value)) return value.forEach((one, index) => visit(one, [...names, index]))
    if (!isObject(value)) return
    const parent = names.at(-2)
    if (names.at(-1) === 'schema' || parent === 'schemas' || (parent === 'properties' && !['example', 'examples', 'default'].includes(names.at(-3))) || names.at(-1) === 'items') found.push({ schema: value, at: pointer(...names), name: names.at(-1) })
    for (const [name, one] of Object.entries(value)) if (!['example', 'examples', 'default', 'enum'].includes(name) || parent === 'properties') visit(one, [...names, name])
  }
  visit({ components: document.components, paths: document.paths }, [])
  return found
}

const each = (find) => ({ operations }) => operations.flatMap((one) => find(one).map((message) => ({ at: one.at, message, operation: one.operation })))
const bodyOf = (document, response, type) => resolved(document, resolved(document, response)?.content?.[type]?.schema)

function pathProblems(path) {
  const names = path.split('/').filter(Boolean)
  const fixed = names.filter((name) => !name.startsWith('{'))
  return [
    ...fixed.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)).map((name) => `"${name}" must be lower case with dashes`),
    ...fixed.flatMap((name) => { const [verb] = verbs.exec(name) ?? []; return verb ? [`names the verb "${verb}": the method says what is done, the path says to what`] : [] }),
    ...(names.length - fixed.length > 2 ? ['has more than two ids: give the inner thing a path of its own'] : []),
    ...(path.length > 1 && path.endsWith('/') ? ['must not end with a slash'] : []),
  ]
}

const isProblem = (document, response) => resolved(document, response)?.content?.['application/problem+json'] !== undefined

const errorProblems = (document) => ({ operation: { responses = {} } }) => {
  const codes = Object.keys(responses)
  const faulty = codes.filter((code) => /^[45]|default/.test(code) && !isProblem(document, responses[code]))
  return [
    ...(codes.some((code) => /^4/.test(code)) ? [] : ['answers no 4xx']),
    ...(codes.some((code) => /^5|default/.test(code)) ? [] : ['answers neither 5xx nor default']),
    ...faulty.map((code) => `answers ${code} without application/problem+json`),
  ]
}

const pagingProblems = (document) => ({ method, operation, parameters }) => {
  if (method !== 'get') return []
  const body = bodyOf(document, operation.responses?.['200'], 'application/json')
  if (body?.type === 'array') return ['answers a bare array: put it into "items" of an object']
  if (body?.properties?.items === undefined) return []
  const wanted = ['limit', settings.paging]
  const field = settings.paging === 'cursor' ? 'next' : 'total'
  return [
    ...wanted.filter((name) => !parameters.some((one) => one.in === 'query' && one.name === name)).map((name) => `is a collection and takes no "${name}"`),
    ...(body.properties[field] === undefined ? [`is a collection and answers no "${field}"`] : []),
  ]
}

const sunsetProblems = (today) => ({ operation }) => {
  if (operation.deprecated !== true) return []
  const sunset = operation['x-sunset'] instanceof Date ? operation['x-sunset'] : new Date(String(operation['x-sunset']))
  if (Number.isNaN(sunset.getTime())) return ['is deprecated without x-sunset: say until when it works, such as 2028-01-31']
  return sunset < today ? ['is beyond its x-sunset: take it out or move the date'] : []
}

const limited = ({ type, maxLength, maxItems, format, pattern, enum: choices, const: only }) =>
  type === 'string' ? maxLength !== undefined || choices !== undefined || format !== undefined || pattern !== undefined || only !== undefined : type === 'array' ? maxItems !== undefined : true

/** Each rule looks at the whole document and answers where what is wrong. */
export const rules = [
  { id: 'R1', level: 'error', find: ({ document }) => Object.keys(document.paths ?? {}).flatMap((path) => pathProblems(path).map((message) => ({ at: pointer('paths', path), message }))) },
  {
    id: 'R2', level: 'error', find: ({ schemas, operations }) => [
      ...schemas.flatMap(({ schema, at }) => Object.keys(schema.properties ?? {}).filter((name) => !cases[settings.casing].test(name)).map((name) => ({ at, message: `"${name}" is not ${settings.casing}` }))),
      ...operations.flatMap(({ parameters, at, operation }) => parameters.filter((one) => one.in === 'query' && !cases[settings.casing].test(one.name)).map(({ name }) => ({ at, operation, message: `query parameter "${name}" is not ${settings.casing}` }))),
    ],
  },
  {
    id: 'R3', level: 'error', find: ({ operations }) => {
      const ids = operations.map(({ operation }) => operation.operationId)
      return each(({ operation, parameters }) => [
        ...(operation.operationId ? [] : ['has no operationId']),
        ...(operation.operationId && ids.filter((id) => id === operation.operationId).length > 1 ? [`shares the operationId "${operation.operationId}"`] : []),
        ...(operation.summary && operation.summary.length <= 80 ? [] : ['needs a summary of at most 80 characters']),
        ...(operation.tags?.length === 1 ? [] : ['needs exactly one tag']),
        ...parameters.filter((one) => !one.schema).map((one) => `parameter "${one.name}" has no schema`),
      ])({ operations })
    },
  },
  { id: 'R4', level: 'error', find: ({ document, operations }) => each(errorProblems(document))({ operations }) },
  { id: 'R5', level: 'error', find: ({ document, operations }) => each(pagingProblems(document))({ operations }) },
  {
    id: 'R6', level: 'error', find: ({ document, operations }) => settings.versioning === 'path'
      ? (document.servers?.length ? document.servers : [{ url: '(none)' }]).filter(({ url }) => !/\/v[1-9]\d*\/?$/.test(url)).map(({ url }) => ({ at: '#/servers', message: `${url} does not end with a version such as /v1` }))
      : each(({ parameters }) => (parameters.some((one) => one.in === 'header' && one.name.toLowerCase() === 'api-version') ? [] : ['does not declare the header Api-Version']))({ operations }),
  },
  { id: 'R7', level: 'warning', find: each(({ method, parameters }) => (method !== 'post' || parameters.some((one) => one.in === 'header' && one.name.toLowerCase() === 'idempotency-key') ? [] : ['takes no Idempotency-Key'])) },
  { id: 'R8', level: 'error', find: ({ operations, today }) => each(sunsetProblems(today))({ operations }) },
  { id: 'R9', level: 'error', find: ({ document, operations }) => (document.security ? [] : each(({ operation }) => (operation.security ? [] : ['states no security; what is open to all says security: []']))({ operations })) },
  { id: 'R10', level: 'warning', find: ({ schemas }) => schemas.filter(({ schema }) => !limited(schema)).map(({ at, schema }) => ({ at, message: `${schema.type} without a limit` })) },
]
