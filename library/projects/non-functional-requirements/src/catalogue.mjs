const texts = ['id', 'attribute', 'source', 'stimulus', 'environment', 'response', 'measure', 'unit']
const empty = (value) => typeof value !== 'string' || value.trim() === ''
const vague = /\b(fast|quick|good|high|low|acceptable|reasonable|user-friendly|intuitive|robust|secure|as possible|minimal)\b/i
const isWorse = ({ direction }, one, other) => (direction === 'max' ? one > other : one < other)

/** What is wrong with a scenario: incomplete, unmeasurable, contradictory, or nobody's. */
export function problemsOf(scenario) {
  const { id = '(no id)', must, goal, direction, verify = {}, result, unit } = scenario
  const problems = [
    ...texts.filter((key) => empty(scenario[key])).map((key) => `${key} is empty`),
    ...['response', 'measure'].filter((key) => vague.test(scenario[key] ?? '')).map((key) => `${key}: "${vague.exec(scenario[key])[1]}" cannot be measured`),
    ...['must', 'goal'].filter((key) => typeof scenario[key] !== 'number').map((key) => `${key} is no number`),
    ...(['min', 'max'].includes(direction) ? [] : ['direction: "max" (smaller is better) or "min"']),
    ...(isWorse(scenario, goal, must) ? [`goal ${goal} is worse than must ${must}`] : []),
    ...(unit === '%' && [must, goal].some((value) => value < 0 || value > 100) ? ['a share is 0 to 100 %'] : []),
    ...['by', 'where', 'owner'].filter((key) => empty(verify[key])).map((key) => `verify.${key} is empty`),
    ...(result !== undefined && typeof result !== 'number' ? ['result is no number'] : []),
  ]
  return problems.map((problem) => `${id}: ${problem}`)
}

/** Problems of all, and ids that stand twice. */
export function check({ scenarios }) {
  const ids = scenarios.map(({ id }) => id)
  return [...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id}: stands twice`), ...scenarios.flatMap(problemsOf)]
}

/** How far a scenario is: not measured, missed, met, or at its goal. */
export function stateOf(scenario) {
  const { result, must, goal } = scenario
  if (result === undefined) return 'not measured'
  if (isWorse(scenario, result, must)) return 'missed'
  return isWorse(scenario, result, goal) ? 'met' : 'goal'
}

const cell = (text) => String(text).replaceAll('|', '\\|')

export const toTable = ({ scenarios }) => [
  '| Id | Scenario | Measure | Must | Goal | Verified by | State |',
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...scenarios.map((one) => `| ${[one.id, `When ${one.source} ${one.stimulus} (${one.environment}): ${one.response}`, one.measure, `${one.must} ${one.unit}`, `${one.goal} ${one.unit}`, `${one.verify.by}; ${one.verify.owner}`, stateOf(one)].map(cell).join(' | ')} |`),
].join('\n')

/** Minutes that may fail per month and per year at an availability in percent. */
export const budgetOf = (percent) => ({ month: Math.round(30 * 24 * 60 * (100 - percent) * 10) / 1000, year: Math.round(365 * 24 * 60 * (100 - percent) * 10) / 1000 })
