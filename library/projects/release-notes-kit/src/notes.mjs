import { kinds } from './changes.mjs'

const scheme = '${{ variables.versions }}'
const tracker = ${{ variables.tracker | json }}

/** The next version: by what changed, or by the date. */
export function nextVersion(last, changes, day, how = scheme) {
  const [first, second, third] = last.split('.').map(Number)
  if (how === 'calendar') {
    const [year, month] = day.split('-').map(Number)
    return `${year}.${month}.${first === year && second === month ? third + 1 : 0}`
  }
  const has = (...wanted) => changes.some(({ kind }) => wanted.includes(kind))
  if (has('breaking')) return first === 0 ? `0.${second + 1}.0` : `${first + 1}.0.0`
  return has('added', 'changed', 'deprecated') ? `${first}.${second + 1}.0` : `${first}.${second}.${third + 1}`
}

const reference = ({ number }) => (tracker ? ` ([#${number}](${tracker}${number}))` : ` (#${number})`)
const entry = (change) => `- **${change.title}**${reference(change)}${change.body ? `\n\n${change.body.replace(/^(Action|Until):/gm, '**$1:**').split('\n').map((line) => (line ? `  ${line}` : '')).join('\n')}` : ''}`

/** The notes of one release, for one audience or all. Nothing for an audience that nothing concerns. */
export function notes(version, day, changes, audience) {
  const concerned = audience === undefined ? changes : changes.filter((one) => one.audience.includes(audience))
  const groups = Object.entries(kinds).map(([kind, title]) => [title, concerned.filter((one) => one.kind === kind)]).filter(([, list]) => list.length > 0)
  if (groups.length === 0) return ''
  return [`## ${version}, ${day}`, ...groups.flatMap(([title, list]) => [`### ${title}`, list.map(entry).join('\n')])].join('\n\n')
}

const marker = '<!-- releases -->'
export const lastVersion = (changelog) => /^## (\d+\.\d+\.\d+)/m.exec(changelog)?.[1] ?? '0.0.0'

/** The changelog with a release on top. */
export function withRelease(changelog, text) {
  if (!changelog.includes(marker)) throw new Error(`CHANGELOG.md has lost its line ${marker}: put it where releases go`)
  return changelog.replace(marker, () => `${marker}\n\n${text}`)
}
