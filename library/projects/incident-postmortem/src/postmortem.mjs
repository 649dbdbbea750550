const times = ['began', 'detected', 'acknowledged', 'mitigated', 'resolved']
const sections = ['Impact', 'Timeline', 'Contributing factors', 'What went well, and where we were lucky', 'Actions']
const kinds = ['prevent', 'detect', 'mitigate']
const states = ['open', 'done', 'dropped']
const weak = /^(remind|train|be (more )?careful|monitor closely|investigate|consider|try|discuss|look into|improve)\b/i
const blame = /\b(human error|should have|root cause|careless|forgot|negligen\w*|obvious(ly)?)\b/i
const day = 86_400_000
export const actionDays = ${{ variables.actionDays }}
export const severities = [${% for level in (1..variables.levels) %}'${{ level }}'${% unless forloop.last %}, ${% endunless %}${% endfor %}]

const instant = (text) => (/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(text ?? '') ? Date.parse(`${text.replace(' ', 'T')}:00Z`) : NaN)
const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text ?? '') && !Number.isNaN(Date.parse(text))

/** What a postmortem's file says. */
export function parsePostmortem(file, text) {
  const fields = Object.fromEntries([...text.matchAll(/^- ([A-Z][a-z ]+):[ \t]*(.*)$/gm)].map(([, key, value]) => [key.toLowerCase(), value.trim()]))
  const bodies = Object.fromEntries(text.split(/^## /m).slice(1).map((part) => [part.split('\n')[0].trim(), part.split('\n').slice(1).join('\n').trim()]))
  const actions = (bodies.Actions ?? '').split('\n').filter((line) => line.startsWith('|')).slice(2).map((line) => {
    const [what, kind, owner, due, state] = line.split('|').slice(1, -1).map((cell) => cell.trim())
    return { what, kind, owner, due, state }
  })
  const at = Object.fromEntries(times.map((name) => [name, instant(fields[name])]))
  return { file, title: /^# (.+)$/m.exec(text)?.[1], fields, at, bodies, actions }
}

const listed = (body = '') => body.split('\n').filter((line) => line.startsWith('- ')).length

/** What is missing, out of order, or will not be done. */
export function check({ file, title, fields, at, bodies, actions }) {
  const given = times.filter((name) => !Number.isNaN(at[name]))
  const impact = bodies.Impact ?? ''
  const prose = Object.values(bodies).join('\n')
  return [
    ...(title ? [] : ['has no title']),
    ...(severities.includes(fields.severity) ? [] : [`severity is ${severities.join(', ')}`]),
    ...times.filter((name) => Number.isNaN(at[name])).map((name) => `${name} is no time (YYYY-MM-DD HH:MM, UTC)`),
    ...given.slice(1).flatMap((name, index) => (at[name] < at[given[index]] ? [`${name} is before ${given[index]}`] : [])),
    ...['detected by', 'lead'].filter((key) => !fields[key]).map((key) => `"${key}" is empty`),
    ...sections.filter((name) => !bodies[name]).map((name) => `"${name}" is missing or empty`),
    ...(impact && !/\d/.test(impact) ? ['impact has no number'] : []),
    ...(bodies['Contributing factors'] && listed(bodies['Contributing factors']) < 2 ? ['name more than one contributing factor'] : []),
    ...(blame.test(prose) ? [`"${blame.exec(prose)[0]}" blames: say what made it possible`] : []),
    ...(actions.length > 5 ? [`${actions.length} actions: choose five that will be done`] : []),
    ...(bodies.Actions && actions.length === 0 ? ['has no action'] : []),
    ...(actions.length > 0 && !actions.some(({ kind }) => kind === 'prevent') ? ['no action prevents it'] : []),
    ...actions.flatMap((action) => actionProblems(action, at.resolved)),
  ].map((problem) => `${file}: ${problem}`)
}

function actionProblems({ what, kind, owner, due, state }, resolved) {
  const problems = [
    ...(weak.test(what) ? ['is no action: what would make it impossible, harmless or visible?'] : []),
    ...(kinds.includes(kind) ? [] : [`kind is ${kinds.join(', ')}`]),
    ...(owner && !/[,&/]| and /.test(owner) ? [] : ['needs one owner']),
    ...(isDay(due) ? [] : ['due is no day (YYYY-MM-DD)']),
    ...(isDay(due) && Date.parse(due) - resolved > actionDays * day ? [`is due more than ${actionDays} days after the incident`] : []),
    ...(states.includes(state) ? [] : [`state is ${states.join(', ')}`]),
  ]
  return problems.map((problem) => `"${what}" ${problem}`)
}

const minutes = (from, to) => Math.round((to - from) / 60_000)
export const timesOf = ({ at }) => ({ detect: minutes(at.began, at.detected), acknowledge: minutes(at.detected, at.acknowledged), mitigate: minutes(at.detected, at.mitigated), resolve: minutes(at.began, at.resolved) })

const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Medians per severity, who noticed first, and actions that are late. */
export function report(postmortems, today = new Date()) {
  const bySeverity = Map.groupBy(postmortems, ({ fields }) => fields.severity)
  return {
    severities: [...bySeverity].sort().map(([severity, own]) => ({ severity, count: own.length, ...Object.fromEntries(['detect', 'acknowledge', 'mitigate', 'resolve'].map((name) => [name, median(own.map((one) => timesOf(one)[name]))])) })),
    byCustomers: postmortems.filter(({ fields }) => /customer/i.test(fields['detected by'] ?? '')).length,
    late: postmortems.flatMap(({ file, actions }) => actions.filter(({ state, due }) => state === 'open' && Date.parse(due) + day <= today.getTime()).map(({ what, owner, due }) => ({ file, what, owner, due }))),
  }
}
