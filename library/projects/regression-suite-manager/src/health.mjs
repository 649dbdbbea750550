const day = 86_400_000
const kept = 20

/** Passed and failed without a change between: at least two turns in the last runs, and not simply broken now. */
export const isFlaky = ({ history = '' }) => [...history].filter((one, index) => index > 0 && one !== history[index - 1]).length >= 3

/** What the owner of the suite has to do, most urgent first. */
export function health(suite, today = new Date()) {
  const overdue = ({ quarantined }) => quarantined && (today - Date.parse(quarantined.since)) / day > suite.quarantineDays
  const areas = new Set(suite.tests.flatMap((test) => test.areas))
  const twice = suite.tests.map(({ id }) => id).filter((id, index, all) => all.indexOf(id) !== index)
  const errors = [
    ...twice.map((id) => `${id}: stands twice`),
    ...suite.tests.filter(overdue).map(({ id, quarantined }) => `${id}: in quarantine since ${quarantined.since} (${quarantined.issue}): mend it or delete it`),
    ...suite.tests.filter(({ quarantined }) => quarantined && !quarantined.issue).map(({ id }) => `${id}: in quarantine without an issue`),
    ...suite.tests.filter(({ owner }) => !owner).map(({ id }) => `${id}: has no owner`),
    ...suite.rules.flatMap((rule) => rule.areas).filter((area) => area !== '*' && !areas.has(area)).map((area) => `rule for ${area}: no test covers it`),
    ...(suite.tests.some(({ always }) => always) ? [] : ['no test runs always']),
  ]
  const warnings = [
    ...suite.tests.filter((test) => !test.quarantined && isFlaky(test)).map(({ id, history }) => `${id}: looks flaky (${history})`),
    ...suite.tests.filter(({ history = '', risk, quarantined }) => !quarantined && history.length >= kept && !history.includes('F') && risk <= 2).map(({ id }) => `${id}: never failed in ${kept} runs at low risk: still needed?`),
  ]
  return { errors, warnings }
}

/** The suite with what a run has shown: `results` is `[{ id, passed, seconds }]`. Durations move slowly, so that one slow run does not decide. */
export function record(suite, results) {
  const byId = new Map(results.map((result) => [result.id, result]))
  const unknown = results.filter(({ id }) => !suite.tests.some((test) => test.id === id)).map(({ id }) => id)
  if (unknown.length > 0) throw new Error(`not in suite.json: ${unknown.join(', ')}`)
  return { ...suite, tests: suite.tests.map((test) => {
    const result = byId.get(test.id)
    if (!result) return test
    return { ...test, seconds: Math.round(test.seconds * 0.7 + result.seconds * 0.3), history: `${test.history ?? ''}${result.passed ? 'P' : 'F'}`.slice(-kept) }
  }) }
}
