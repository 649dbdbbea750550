/** `1.4.2` → `1.4.3`; the first of all is `1.0.0`. Pre-releases count as their release. */
export function nextVersion(versions: readonly string[]): string {
  const newest = versions.map(parts).sort(compare).at(-1)
  return newest ? `${String(newest[0])}.${String(newest[1])}.${String(newest[2] + 1)}` : '1.0.0'
}

type Parts = readonly [number, number, number]

const parts = (version: string): Parts => {
  const [major = 0, minor = 0, patch = 0] = (version.split(/[-+]/)[0] ?? '').split('.').map(Number)
  return [major, minor, patch]
}

const compare = (a: Parts, b: Parts): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
