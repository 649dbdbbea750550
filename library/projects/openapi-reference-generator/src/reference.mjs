import { exampleOf, limitsOf, rowsOf, typeOf } from './schema.mjs'
import { samplesOf } from './samples.mjs'

const cell = (text) => String(text ?? '').replaceAll('|', '\\|').replaceAll('\n', ' ')
const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`)].join('\n')
const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
const part = (title, content) => (content ? [`### ${title}`, content] : [])

const parametersOf = ({ parameters }, follow) => parameters.length > 0 && table(['name', 'in', 'type', 'required', ''], parameters.map((one) => [`\`${one.name}\``, one.in, typeOf(one.schema ?? {}, follow), one.required ? 'yes' : 'no', [one.description, limitsOf(one.schema ?? {}, follow)].filter(Boolean).join(' ')]))
const fieldsOf = (schema, follow) => { const rows = schema ? rowsOf(schema, follow) : []; return rows.length > 0 && table(['field', 'type', 'required', ''], rows.map((row) => [`\`${row.name}\``, row.type, row.required ? 'yes' : 'no', row.description])) }

function responseOf({ status, description, schema }, follow) {
  const example = schema && exampleOf(schema, follow)
  return [`**${status}** ${description}`, ...(example === undefined ? [] : [`\`\`\`json\n${JSON.stringify(example, undefined, 2)}\n\`\`\``])].join('\n\n')
}

/** One operation as Markdown. */
export const operationPage = (operation, { base, follow }) => [
  `## ${operation.summary ?? operation.operationId}`,
  `\`${operation.method.toUpperCase()} ${operation.path}\`${operation.deprecated ? ' **deprecated**' : ''}`,
  ...(operation.description ? [operation.description] : []),
  samplesOf(operation, { base, follow, example: exampleOf }),
  ...part('Parameters', parametersOf(operation, follow)),
  ...part('Body', fieldsOf(operation.body, follow)),
  '### Answers', ...operation.responses.map((one) => responseOf(one, follow)),
].join('\n\n')

/** All pages by their name. */
export function reference({ document, follow, operations }, layout = '${{ variables.layout }}') {
  const base = document.servers?.[0]?.url ?? ''
  const tags = [...new Set([...(document.tags ?? []).map(({ name }) => name), ...operations.map(({ tag }) => tag)])].filter((tag) => operations.some((one) => one.tag === tag))
  const describe = (tag) => document.tags?.find(({ name }) => name === tag)?.description
  const of = (tag) => operations.filter((one) => one.tag === tag)
  const head = [`# ${document.info.title} ${document.info.version}`, document.info.description ?? '', `Address: \`${base}\``].join('\n\n')
  if (layout === 'single') return { 'index.md': `${[head, ...operations.map((one) => operationPage(one, { base, follow }))].join('\n\n')}\n` }
  const list = tags.map((tag) => [`## ${tag}`, ...(describe(tag) ? [describe(tag)] : []), table(['', ''], of(tag).map((one) => [`[${one.summary}](${slug(tag)}.md#${slug(one.summary ?? one.operationId)})`, `\`${one.method.toUpperCase()} ${one.path}\``]))].join('\n\n'))
  return { 'index.md': `${[head, ...list].join('\n\n')}\n`, ...Object.fromEntries(tags.map((tag) => [`${slug(tag)}.md`, `${[`# ${tag}`, ...(describe(tag) ? [describe(tag)] : []), ...of(tag).map((one) => operationPage(one, { base, follow }))].join('\n\n')}\n`])) }
}

/** What the document leaves unsaid. */
export const gaps = ({ operations, follow }) => operations.flatMap((one) => [
  ...(one.operationId ? [] : ['has no operationId']),
  ...(one.summary ? [] : ['has no summary']),
  ...(/^(this|the) (endpoint|api|method)|can be used to/i.test(`${one.summary ?? ''} ${one.description ?? ''}`) ? ['speaks of endpoints: say what it does'] : []),
  ...(one.description ? [] : ['has no description: order, limits, side effects?']),
  ...one.parameters.filter(({ description }) => !description).map(({ name }) => `parameter ${name} has no description`),
  ...one.parameters.filter(({ in: place, example, schema }) => place === 'path' && example === undefined && exampleOf(schema ?? {}, follow) === undefined).map(({ name }) => `parameter ${name} has no example: the request cannot be shown`),
  ...[one.body, ...one.responses.map(({ schema }) => schema)].filter(Boolean).flatMap((schema) => rowsOf(schema, follow)).filter(({ description }) => !description).map(({ name }) => `field ${name} has no description`),
  ...(one.responses.some(({ status }) => status.startsWith('4')) ? [] : ['tells no 4xx: what can its caller do wrong?']),
  ...one.responses.filter(({ description }) => !description || /^(ok|success|conflict|not found|bad request)\.?$/i.test(description)).map(({ status }) => `answer ${status} does not say when it comes`),
].filter((words, index, list) => list.indexOf(words) === index).map((words) => `${one.method.toUpperCase()} ${one.path}: ${words}`))
