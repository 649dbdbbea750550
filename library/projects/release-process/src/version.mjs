/** The version that follows. */
${% if variables.versioning == "semver" -%}
export function nextVersion(current, size) {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(current)?.slice(1).map(Number)
  if (!parts) throw new Error(`${current} is no version such as 1.2.3`)
  const [major, minor, patch] = parts
  const raised = size === 'major' && major === 0 ? 'minor' : size
  if (raised === 'major') return `${major + 1}.0.0`
  if (raised === 'minor') return `${major}.${minor + 1}.0`
  return raised === 'patch' ? `${major}.${minor}.${patch + 1}` : current
}
${% else -%}
export function nextVersion(current, size, today = new Date()) {
  if (size === 'none') return current
  const parts = /^(\d{4})\.(\d{1,2})\.(\d+)$/.exec(current)?.slice(1).map(Number)
  if (!parts && current !== '0.0.0') throw new Error(`${current} is no version such as 2026.3.0`)
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth() + 1]
  const [lastYear, lastMonth, count] = parts ?? []
  return `${year}.${month}.${lastYear === year && lastMonth === month ? count + 1 : 0}`
}
${% endif -%}
