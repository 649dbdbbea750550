const number = (text) => (/^\s*(\d+)/.exec(text ?? '') ? Number(/^\s*(\d+)/.exec(text)[1]) : undefined)
const marks = { BUG: 'bugs', ISSUE: 'issues', IDEA: 'ideas', COVERED: 'covered' }

/** What a session's sheet says; problems name what is missing. */
export function parseSession(name, text) {
  const fields = Object.fromEntries([...text.matchAll(/^- (\w+):[ \t]*(.*)$/gm)].map(([, key, value]) => [key.toLowerCase(), value.trim()]))
  const found = { bugs: [], issues: [], ideas: [], covered: [] }
  for (const [, mark, what] of text.matchAll(/^(BUG|ISSUE|IDEA|COVERED)\s+(.+)$/gm)) found[marks[mark]].push(what.trim())
  const [testing, bugs, setup] = ['testing', 'bugs', 'setup'].map((key) => number(fields[key]))
  const minutes = number(fields.minutes)
  const problems = [
    ...['charter', 'tester', 'start', 'build'].filter((key) => !fields[key]).map((key) => `${name}: ${key} is empty`),
    ...(minutes > 0 ? [] : [`${name}: minutes are missing`]),
    ...(testing + bugs + setup === 100 ? [] : [`${name}: testing, bugs and setup must make 100 %`]),
    ...(found.covered.length > 0 ? [] : [`${name}: nothing is COVERED`]),
    ...(/^## Debriefing\s*\n+\s*\S/m.test(text) ? [] : [`${name}: was not debriefed`]),
  ]
  return { name, charter: fields.charter, start: fields.start, minutes, testing, bugTime: bugs, setup, ...found, problems }
}

/** Rows of a CSV by its header; quotes as in RFC 4180, one line per row. */
export function parseCsv(text) {
  const [header, ...rows] = text.trim().split(/\r?\n/).map((line) => [...`,${line}`.matchAll(/,("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell]) => cell.replace(/^"|"$/g, '').replaceAll('""', '"')))
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])))
}

/** Time, findings and what comes next, over all sessions. */
export function reportOf(charters, sessions) {
  const ids = new Set(charters.map(({ id }) => id))
  const problems = [
    ...sessions.flatMap((session) => session.problems),
    ...sessions.filter(({ charter }) => charter && !ids.has(charter)).map(({ name, charter }) => `${name}: there is no charter ${charter}`),
  ]
  const good = sessions.filter((session) => session.problems.length === 0)
  const share = (key) => good.reduce((sum, session) => sum + (session.minutes * session[key]) / 100, 0)
  const minutes = good.reduce((sum, session) => sum + session.minutes, 0)
  const per = charters.map((charter) => {
    const own = good.filter((session) => session.charter === charter.id)
    return { ...charter, sessions: own.length, bugs: own.flatMap(({ bugs }) => bugs).length, last: own.map(({ start }) => start).sort().at(-1) }
  })
  return {
    problems, minutes, testing: Math.round(share('testing')), bugTime: Math.round(share('bugTime')), setup: Math.round(share('setup')),
    bugs: good.flatMap(({ bugs }) => bugs), issues: good.flatMap(({ issues }) => issues), ideas: good.flatMap(({ ideas }) => ideas),
    covered: [...new Set(good.flatMap(({ covered }) => covered))].sort(), charters: per, next: nextCharter(per),
  }
}

/** Untouched ones by priority first; then where bugs are still found, by bugs per session. */
function nextCharter(charters) {
  const untouched = charters.filter(({ sessions }) => sessions === 0).sort((a, b) => a.priority - b.priority)
  return (untouched[0] ?? charters.toSorted((a, b) => b.bugs / b.sessions - a.bugs / a.sessions)[0])?.id
}
