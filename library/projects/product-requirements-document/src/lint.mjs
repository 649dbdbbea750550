const vague = ['fast', 'quick(?:ly)?', 'easy', 'easily', 'simple', 'user-friendly', 'intuitive', 'robust', 'flexible', 'scalable', 'seamless(?:ly)?', 'appropriate', 'as needed', 'if possible', 'state of the art', 'reasonable', 'sufficient(?:ly)?', 'several', 'various', 'some', 'etc\\.?', 'and/or', 'should', 'could', 'may', 'might', 'normally', 'usually', 'support', 'handle']
const isVague = new RegExp(`\\b(${vague.join('|')})(?![\\w-])`, 'i')
const priorities = ['must', 'should', 'could', "won't"]
const patterns = {
  ears: /^(When .+, |While .+, |Where .+, |If .+, then )?[Tt]he [\w' -]+? shall /,
  shall: /^The [\w' -]+? shall /,
}
const found = (line, level, rule, message) => ({ line: line + 1, level, rule, message })

/** Lines of a section, with their numbers. */
function section(lines, title) {
  const begin = lines.findIndex((line) => line === `## ${title}`)
  if (begin < 0) return undefined
  const length = lines.slice(begin + 1).findIndex((line) => line.startsWith('## '))
  return lines.slice(begin + 1, length < 0 ? undefined : begin + 1 + length).map((text, index) => ({ text, line: begin + 1 + index }))
}

const rows = (part) => part.filter(({ text }) => /^\|/.test(text)).slice(2).map(({ text, line }) => ({ line, cells: text.split('|').slice(1, -1).map((cell) => cell.trim()) }))

function lintRequirement({ id, priority, sentence, line, accept }, style) {
  const word = isVague.exec(sentence)?.[1]
  return [
    ...(priorities.includes(priority) ? [] : [found(line, 'error', 'no-priority', `${id}: priority is must, should, could or won't`)]),
    ...(patterns[style].test(sentence) ? [] : [found(line, 'error', 'style', `${id}: ${style === 'ears' ? 'write "When …, the system shall …" (or While, Where, If … then, or none)' : 'write "The system shall …"'}`)]),
    ...((sentence.match(/\bshall\b/g) ?? []).length > 1 ? [found(line, 'error', 'two-in-one', `${id}: says two things; give each its id`)] : []),
    ...(word ? [found(line, 'error', 'vague', `${id}: "${word}" means something else to everybody: give a number or a list`)] : []),
    ...(accept ? [] : [found(line, 'error', 'no-criterion', `${id}: add "- Accept: …" below it`)]),
    ...(/\bshall be \w+ed\b/.test(sentence) ? [found(line, 'warning', 'passive', `${id}: who does it?`)] : []),
  ]
}

export function requirementsOf(part) {
  return part.flatMap(({ text, line }, index) => {
    const [, id, priority, sentence] = /^- \*\*(\w+)\*\* (?:\(([^)]*)\) )?(.+)$/.exec(text) ?? []
    return id ? [{ id, priority, sentence, line, accept: /^ {2}- Accept: \S/.test(part[index + 1]?.text ?? '') }] : []
  })
}

/** Everything in a document that people would argue about later. */
export function lint(text, style) {
  const lines = text.split('\n')
  const parts = Object.fromEntries(['Problem', 'Goals', 'Requirements', 'Limits', 'Rollout', 'Open questions'].map((title) => [title, section(lines, title)]))
  const missing = Object.entries(parts).filter(([, part]) => !part).map(([title]) => found(0, 'error', 'no-section', `there is no section "${title}"`))
  const requirements = requirementsOf(parts.Requirements ?? [])
  const ids = requirements.map(({ id }) => id)
  const musts = requirements.filter(({ priority }) => priority === 'must').length
  return [
    ...missing,
    ...(requirements.length > 0 ? [] : [found(0, 'error', 'no-requirement', 'there is no requirement: "- **R1** (must) …"')]),
    ...requirements.filter(({ id }, index) => ids.indexOf(id) !== index).map(({ id, line }) => found(line, 'error', 'id-twice', `${id} stands twice`)),
    ...requirements.flatMap((one) => lintRequirement(one, style)),
    ...(musts / requirements.length > 0.6 ? [found(parts.Requirements[0].line, 'warning', 'all-must', `${musts} of ${requirements.length} are must: which would you ship without?`)] : []),
    ...rows(parts.Goals ?? []).filter(({ cells }) => !/\d/.test(cells[1] ?? '') || !/\d/.test(cells[2] ?? '') || !/\d{4}/.test(cells[3] ?? '')).map(({ line, cells }) => found(line, 'error', 'no-number', `goal "${cells[0]}" needs today's value, target and date`)),
    ...rows(parts['Open questions'] ?? []).filter(({ cells }) => !cells[1] || !/^\d{4}-\d\d-\d\d$/.test(cells[2] ?? '')).map(({ line, cells }) => found(line, 'error', 'no-owner', `question "${cells[0]}" needs an owner and a date`)),
  ].sort((a, b) => a.line - b.line)
}
