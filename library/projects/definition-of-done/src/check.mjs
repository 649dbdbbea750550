/** `git diff --numstat`: added, removed, path. Binary files count no lines; renames count by their new name. */
export function parseNumstat(text) {
  return text.split('\n').filter(Boolean).map((line) => {
    const [added, removed, ...path] = line.split('\t')
    return { path: path.join('\t').replace(/\{[^}]* => ([^}]*)\}/, '$1').replace(/^.* => /, '').replaceAll('//', '/'), lines: (Number(added) || 0) + (Number(removed) || 0) }
  })
}

/** The sections of a description by their title, each with its boxes; comments do not count. */
export function parseBody(text) {
  const parts = text.replace(/\r/g, '').replace(/<!--[\s\S]*?-->/g, '').split(/^##\s+/m).slice(1)
  return new Map(parts.map((part) => {
    const [title, ...lines] = part.split('\n')
    const boxes = lines.flatMap((line) => {
      const [, mark, label] = /^\s*[-*] \[([ xX])\] (.+)$/.exec(line) ?? []
      return label ? [{ label, ticked: mark !== ' ', struck: /^~~.+~~/.test(label), reason: /^~~.+~~\s*\(.{3,}\)/.test(label) }] : []
    })
    return [title.trim(), { text: lines.join('\n').trim(), boxes }]
  }))
}

const fits = (patterns, path) => patterns.some((pattern) => new RegExp(pattern).test(path))

/** What a change owes, in words; nothing when it may be merged. */
export function owed(rules, body, files) {
  const sections = parseBody(body)
  const own = files.filter(({ path }) => !fits(rules.generated, path))
  const lines = own.reduce((sum, one) => sum + one.lines, 0)
  const required = [...rules.always.map((section) => ({ section, because: 'every change' })), ...rules.sections.flatMap(({ section, paths }) => {
    const because = own.find(({ path }) => fits(paths, path))?.path
    return because ? [{ section, because }] : []
  })]
  const code = own.filter(({ path }) => fits([rules.tests.code], path))
  const tested = code.some(({ path }) => fits([rules.tests.test], path))
  return [
    ...(sections.get('What and why')?.text ? [] : ['"What and why" is empty']),
    ...required.flatMap(({ section, because }) => sectionProblems(section, because, sections.get(section))),
    ...(code.length > 0 && !tested && !sections.get('Every change')?.boxes.some(({ reason }) => reason) ? ['code was changed and no test: strike the box of tests and say why, or add one'] : []),
    ...(lines > rules.maxLines && !sections.get('Why in one piece')?.text ? [`${lines} lines are changed, ${rules.maxLines} are the limit: split it, or fill in "Why in one piece"`] : []),
  ]
}

function sectionProblems(section, because, found) {
  if (!found) return [`section "${section}" is missing (${because})`]
  if (found.boxes.length === 0) return [`section "${section}" has no boxes (${because})`]
  return found.boxes.filter(({ ticked, struck }) => !ticked || struck).flatMap(({ label, struck, reason }) => {
    if (!struck) return [`${section}: "${label}" is open (${because})`]
    return reason ? [] : [`${section}: ${label} is struck without a reason in brackets`]
  })
}
