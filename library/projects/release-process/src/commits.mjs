const types = { feat: 'Added', fix: 'Fixed', perf: 'Faster', security: 'Security', deprecate: 'Deprecated', remove: 'Removed' }
const silent = ['docs', 'test', 'refactor', 'style', 'build', 'ci', 'chore']
const header = /^(?<type>[a-z]+)(?:\((?<scope>[\w./ -]+)\))?(?<breaking>!)?: (?<subject>.+)$/

export const separator = '\u0001'
/** What `git log` is asked for, so that any message can be told apart. */
export const logFormat = '%H%n%B%x01'

/** Commits from the output of `git log --format=…`; those that are reverted again are left out, with their revert. */
export function parseLog(text) {
  const commits = text.split(separator).map((one) => one.trim()).filter(Boolean).map((one) => {
    const [hash, ...message] = one.split('\n')
    return parseCommit(hash, message.join('\n'))
  })
  const undone = new Set(commits.flatMap(({ reverts, hash }) => (reverts ? [reverts, hash] : [])))
  return commits.filter(({ hash }) => ![...undone].some((one) => hash.startsWith(one)))
}

export function parseCommit(hash, message) {
  const [first = '', ...body] = message.trim().split('\n')
  const { type, scope, breaking, subject } = header.exec(first)?.groups ?? {}
  const footer = /^BREAKING[ -]CHANGE: ([\s\S]+?)(?:\n\n|\n[A-Z][\w-]+: |(?![\s\S]))/m.exec(body.join('\n'))?.[1]
  return {
    hash, first, type, scope, subject: subject?.replace(/\s*\((?:closes|fixes|refs) [^)]*\)/i, ''),
    breaking: breaking || footer ? (footer?.replaceAll('\n', ' ').trim() ?? subject) : undefined,
    issues: [...message.matchAll(/(?:closes|fixes|refs) (#\d+|[A-Z]+-\d+)/gi)].map(([, issue]) => issue),
    reverts: /^This reverts commit ([0-9a-f]{7,40})/m.exec(message)?.[1],
  }
}

/** Commits that the changelog cannot place. */
export const misfits = (commits) => commits.filter(({ type, first }) => !(type in types) && !silent.includes(type) && !/^Merge /.test(first)).map(({ hash, first }) => `${hash.slice(0, 8)}: "${first}" has no type: ${[...Object.keys(types), ...silent].join(', ')}`)

/** How much a release changes: `major`, `minor`, `patch`, or nothing that users see. */
export function sizeOf(commits) {
  if (commits.some(({ breaking }) => breaking)) return 'major'
  if (commits.some(({ type }) => type === 'feat')) return 'minor'
  return commits.some(({ type }) => type in types) ? 'patch' : 'none'
}

const line = ({ scope, subject, issues }) => `- ${scope ? `**${scope}:** ` : ''}${subject[0].toUpperCase()}${subject.slice(1)}${issues.length > 0 ? ` (${issues.join(', ')})` : ''}`

/** The section of a version: what breaks first, then by kind; what users do not see is left out. */
export function sectionOf(version, date, commits) {
  const breaking = commits.filter((one) => one.breaking).map((one) => `- ${one.scope ? `**${one.scope}:** ` : ''}${one.breaking}`)
  const kinds = Object.entries(types).map(([type, title]) => [title, commits.filter((one) => one.type === type).map(line)])
  const parts = [['Breaking: what you have to do', breaking], ...kinds].filter(([, lines]) => lines.length > 0)
  return [`## ${version} (${date})`, ...(parts.length > 0 ? parts.map(([title, lines]) => `### ${title}\n\n${lines.join('\n')}`) : ['Nothing that users see.'])].join('\n\n')
}

/** The changelog with a new section on top; the same version twice is refused. */
export function withSection(changelog, section) {
  const [heading] = section.split('\n')
  const [version] = heading.slice(3).split(' ')
  if (changelog.split('\n').some((one) => one.startsWith(`## ${version} `))) throw new Error(`CHANGELOG.md has a section ${version} already`)
  const [title, ...rest] = changelog.trim() === '' ? ['# Changelog'] : changelog.trim().split(/\n(?=## )/)
  return `${[title.trim(), section, ...rest.map((one) => one.trim())].join('\n\n')}\n`
}
