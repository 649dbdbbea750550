export const levels = ${{ variables.levels | json }}
const statuses = ['draft', 'approved', 'dropped']
${%- case variables.regime %}
${%- when "none" %}
/** Kinds of verification that a risk class demands; without a standard, a test is enough. */
export const demands = {}
${%- when "iso-26262" %}
/** Kinds of verification that a class demands beside a test. */
export const demands = { QM: [], 'ASIL A': ['review'], 'ASIL B': ['review'], 'ASIL C': ['review', 'analysis'], 'ASIL D': ['review', 'analysis'] }
${%- when "iec-62304" %}
/** Kinds of verification that a class demands beside a test. */
export const demands = { A: [], B: ['review'], C: ['review', 'analysis'] }
${%- when "do-178c" %}
/** Kinds of verification that a level demands beside a test. */
export const demands = { A: ['review', 'analysis'], B: ['review', 'analysis'], C: ['review'], D: [] }
${%- endcase %}

const parentsOf = ({ parents }) => parents.split(' ').filter(Boolean)
const last = levels.at(-1)

/** Links from all sources, each test with how it went. */
export const withResults = (links, results) => links.map((link) => {
  if (link.kind !== 'test') return link
  const found = results.find(({ name }) => name === link.target)
  return { ...link, result: found === undefined ? 'never ran' : found.passed ? 'passed' : 'failed' }
})

const isVerified = ({ kind, result }) => kind !== 'code' && result === 'passed'

/** Everything that does not hold. */
export function check(requirements, links) {
  const byId = new Map(requirements.map((one) => [one.id, one]))
  const of = (id) => links.filter(({ requirement }) => requirement === id)
  const live = requirements.filter(({ status }) => status !== 'dropped')
  return [
    ...requirements.filter(({ id }, index) => requirements.findIndex((one) => one.id === id) !== index).map(({ id }) => `${id}: stands twice`),
    ...requirements.flatMap((one) => formProblems(one, byId)),
    ...circles(requirements, byId).map((path) => `${path[0]}: comes from itself: ${path.join(' → ')}`),
    ...links.filter(({ requirement }) => !byId.has(requirement)).map(({ requirement, target }) => `${requirement}: is named in "${target}" and does not exist`),
    ...links.filter(({ requirement, kind }) => kind === 'code' && byId.get(requirement)?.status === 'dropped').map(({ requirement, target }) => `${requirement}: was dropped, and ${target} still implements it`),
    ...live.filter(({ level, id }) => level !== last && !live.some((one) => parentsOf(one).includes(id))).map(({ id }) => `${id}: nothing below serves it`),
    ...live.filter(({ level, status }) => level === last && status === 'approved').flatMap((one) => coverageProblems(one, of(one.id))),
  ]
}

function formProblems(one, byId) {
  const above = levels[levels.indexOf(one.level) - 1]
  const parents = parentsOf(one)
  return [
    ...(/^${{ variables.prefix }}-\d+$/.test(one.id) ? [] : [`${one.id}: ids are ${{ variables.prefix }}-<number>`]),
    ...(levels.includes(one.level) ? [] : [`${one.id}: ${one.level || 'nothing'} is no level`]),
    ...(statuses.includes(one.status) ? [] : [`${one.id}: status is ${statuses.join(', ')}`]),
    ...(one.text.trim() === '' ? [`${one.id}: says nothing`] : []),
    ...(above && parents.length === 0 && one.status !== 'dropped' ? [`${one.id}: comes from no ${above}: why is it here?`] : []),
    ...parents.filter((id) => !byId.has(id)).map((id) => `${one.id}: comes from ${id}, which does not exist`),
    ...parents.filter((id) => byId.has(id) && byId.get(id).level !== above).map((id) => `${one.id}: comes from ${id}, which is no ${above ?? 'higher level'}`),
    ...(Object.keys(demands).length > 0 && !(one.risk in demands) ? [`${one.id}: "${one.risk ?? ''}" is no risk class`] : []),
  ]
}

function circles(requirements, byId) {
  const walk = (id, path) => {
    if (path.includes(id)) return path[0] === id ? [[...path, id]] : []
    return byId.has(id) ? parentsOf(byId.get(id)).flatMap((parent) => walk(parent, [...path, id])) : []
  }
  return requirements.flatMap(({ id }) => walk(id, []))
}

function coverageProblems({ id, risk }, links) {
  const kinds = (kind) => links.filter((one) => one.kind === kind)
  const missing = (demands[risk] ?? []).filter((kind) => !links.some((one) => one.kind === kind && isVerified(one)))
  return [
    ...(kinds('code').length > 0 ? [] : [`${id}: no code says that it implements it`]),
    ...(links.some((one) => ['test', 'manual'].includes(one.kind)) ? [] : [`${id}: no test names it`]),
    ...links.filter((one) => one.kind !== 'code' && !isVerified(one)).map((one) => `${id}: ${one.kind} "${one.target}" ${one.result || 'has no result'}`),
    ...missing.map((kind) => `${id}: ${risk} demands a ${kind}`),
  ]
}

/** What a change of a requirement touches: all below it, with their code, tests and reviews; and what it comes from. */
export function impact(requirements, links, id) {
  const byId = new Map(requirements.map((one) => [one.id, one]))
  if (!byId.has(id)) throw new Error(`there is no ${id}`)
  const reach = (start, next) => {
    const found = new Set()
    for (const todo = [start]; todo.length > 0;) for (const one of next(todo.pop())) if (!found.has(one)) found.add(one), todo.push(one)
    return [...found]
  }
  const below = reach(id, (one) => requirements.filter((other) => parentsOf(other).includes(one)).map((other) => other.id))
  const above = reach(id, (one) => parentsOf(byId.get(one) ?? { parents: '' }))
  return { above, below, links: links.filter(({ requirement }) => [id, ...below].includes(requirement)) }
}

/** The matrix, a row per requirement of the last level. */
export function toMatrix(requirements, links) {
  const list = (id, ...kinds) => links.filter((one) => one.requirement === id && kinds.includes(one.kind)).map(({ target, result }) => `${target}${result ? ` (${result})` : ''}`).join('<br>')
  const rows = requirements.filter(({ level }) => level === last).map((one) => [one.id, parentsOf(one).join(', '), one.text, one.status, list(one.id, 'code'), list(one.id, 'test', 'manual'), list(one.id, 'review', 'analysis')])
  return [['Id', 'From', 'Text', 'Status', 'Code', 'Tests', 'Reviews'], Array(7).fill('---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
}
