const clicks = /\b(clicks?|taps?|presses|types|scrolls|button|text ?box|drop-?down|checkbox|url)\b|(^|\s)[#.][a-z][\w-]*(?=\s|$)/i
const keyword = /^(Given|When|Then|And|But|\*)\s+(.+)$/
const cells = (line) => line.split('|').slice(1, -1).map((cell) => cell.trim())

/** The scenarios of a feature: their steps, tags and tables. A reader of what this linter needs, and no more. */
export function parseFeature(text) {
  const feature = { title: undefined, scenarios: [], rules: 0 }
  let [tags, scenario, last, inExamples] = [[], undefined, undefined, false]
  text.split('\n').map((line) => line.trim()).forEach((line, index) => {
    const [, kind, title] = /^(Feature|Rule|Background|Scenario Outline|Scenario|Example|Examples):\s*(.*)$/.exec(line) ?? []
    const [, word, step] = keyword.exec(line) ?? []
    if (line.startsWith('@')) tags = line.split(/\s+/)
    else if (kind === 'Feature') feature.title = title
    else if (kind === 'Rule') feature.rules += 1
    else if (kind === 'Examples') inExamples = true
    else if (kind) {
      scenario = { kind, title, tags, line: index + 1, steps: [], examples: [] }
      if (kind !== 'Background') feature.scenarios.push(scenario)
      ;[tags, last, inExamples] = [[], undefined, false]
    } else if (word && scenario) {
      last = ['And', 'But', '*'].includes(word) ? last : word
      scenario.steps.push({ word: last, text: step, line: index + 1 })
    } else if (line.startsWith('|') && inExamples) scenario.examples.push(cells(line))
  })
  return feature
}

/** What is wrong with a feature, each with its line. */
export function lintFeature(name, text) {
  const { title, scenarios } = parseFeature(text)
  const id = name.replace(/\.feature$/, '')
  const titles = scenarios.map((one) => one.title)
  return [
    ...(title?.startsWith(`${id} `) ? [] : [`${name}:1: "Feature:" must begin with ${id}`]),
    ...(scenarios.length > 0 ? [] : [`${name}:1: has no scenario`]),
    ...(scenarios.length > 0 && !scenarios.some(({ tags }) => tags.includes('@refusal')) ? [`${name}:1: only happy paths: what is refused? (@refusal)`] : []),
    ...scenarios.filter((one, index) => titles.indexOf(one.title) !== index).map((one) => `${name}:${one.line}: "${one.title}" stands twice`),
    ...scenarios.flatMap((one) => [...orderProblems(one), ...stepProblems(one), ...exampleProblems(one)].map(({ line, message }) => `${name}:${line}: ${message}`)),
  ]
}

function orderProblems({ line, steps }) {
  const words = steps.map(({ word }) => word).filter((word, index, all) => word !== all[index - 1])
  const count = (wanted) => words.filter((word) => word === wanted).length
  return [
    ...(count('When') === 0 ? [{ line, message: 'has no When: what happens?' }] : []),
    ...(count('Then') === 0 ? [{ line, message: 'has no Then: what is promised?' }] : []),
    ...(count('When') > 1 ? [{ line, message: 'has two Whens: make two scenarios' }] : []),
    ...(count('Then') > 0 && words.indexOf('Then') < words.indexOf('When') ? [{ line, message: 'Then stands before When' }] : []),
    ...(steps.some(({ word }) => word === undefined) ? [{ line, message: 'begins with And' }] : []),
  ]
}

const stepProblems = ({ steps }) => steps.filter(({ text }) => clicks.test(text)).map(({ line, text }) => ({ line, message: `"${text}" tells how it looks: say what the person wants` }))

function exampleProblems({ kind, line, steps, examples: [header, ...rows] }) {
  const used = new Set(steps.flatMap(({ text }) => [...text.matchAll(/<([^>]+)>/g)].map(([, name]) => name)))
  if (kind !== 'Scenario Outline') return used.size > 0 ? [{ line, message: 'has placeholders, so make it a Scenario Outline' }] : []
  if (!header || rows.length === 0) return [{ line, message: 'is an outline without examples' }]
  return [
    ...[...used].filter((name) => !header.includes(name)).map((name) => ({ line, message: `examples have no column ${name}` })),
    ...header.filter((name) => !used.has(name)).map((name) => ({ line, message: `no step uses the column ${name}` })),
    ...(rows.every(({ length }) => length === header.length) ? [] : [{ line, message: 'a row of the examples has another length' }]),
  ]
}
