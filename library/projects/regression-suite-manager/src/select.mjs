import { matches } from './globs.mjs'

const everyArea = '*'

/** The areas that changed files touch, and the files that no rule knows. */
export function touched(suite, changed) {
  const relevant = changed.filter((path) => !matches(suite.ignore, path) && !suite.tests.some(({ file }) => file === path))
  const found = relevant.map((path) => ({ path, areas: suite.rules.filter(({ paths }) => matches(paths, path)).flatMap(({ areas }) => areas) }))
  return { areas: new Set(found.flatMap(({ areas }) => areas)), unknown: found.filter(({ areas }) => areas.length === 0).map(({ path }) => path) }
}

/** How likely it fails, from its last runs; one that never failed still may. */
export const chanceOfFailing = ({ history = '' }) => ([...history].filter((one) => one === 'F').length + 1) / (history.length + 2)

/** What a minute of it is worth. */
export const worth = (test) => (test.risk * chanceOfFailing(test)) / Math.max(test.seconds, 1)

/**
 * The tests to run, each with why, and those that did not fit into the budget.
 * `changed`: paths of a change. `tags`: any of them. `all`: everything.
 */
export function select(suite, { changed = [], tags = [], all = false } = {}) {
  const { areas, unknown } = touched(suite, changed)
  const reasonFor = (test) => {
    if (test.always) return 'always'
    if (all) return 'all'
    if (changed.includes(test.file)) return 'was changed itself'
    if (test.tags.some((tag) => tags.includes(tag))) return `tag ${test.tags.find((tag) => tags.includes(tag))}`
    if (unknown.length > 0) return `no rule knows ${unknown[0]}`
    if (areas.has(everyArea)) return 'the change touches every area'
    const area = test.areas.find((one) => areas.has(one))
    return area && `area ${area}`
  }
  const candidates = suite.tests.filter(({ quarantined }) => !quarantined).map((test) => ({ test, why: reasonFor(test) })).filter(({ why }) => why)
  const free = ({ why }) => ['always', 'all', 'was changed itself'].includes(why) || why.startsWith('tag ')
  const [chosen, left] = [candidates.filter(free), []]
  let seconds = 0
  for (const candidate of candidates.filter((one) => !free(one)).sort((a, b) => worth(b.test) - worth(a.test) || a.test.id.localeCompare(b.test.id))) {
    const fits = seconds + candidate.test.seconds <= suite.budgetMinutes * 60
    if (fits) seconds += candidate.test.seconds
    ;(fits ? chosen : left).push(candidate)
  }
  return { chosen, left, unknown, seconds: chosen.reduce((sum, { test }) => sum + test.seconds, 0) }
}
