/** Names that Windows keeps for devices, with or without an extension. */
const devices = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
/** Git reads its own folder wherever an archive is unpacked: hooks in there are programs. Windows knows it by its short name too. */
const gitFolder = /^(\.git|git~1)$/i
const control = /[\u0000-\u001f\u007f]/

const most = { characters: 1_000, depth: 32, segmentBytes: 255 }
const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** Why a name cannot be that of a file or folder everywhere, or undefined. */
export function segmentProblem(segment: string): string | undefined {
  if (segment === '') return 'has an empty name in it'
  if (segment === '.' || segment === '..') return `leads elsewhere by ${segment}`
  if (control.test(segment)) return 'holds a control character'
  if (/[<>:"|?*\\]/.test(segment)) return 'holds one of < > : " | ? * \\, which not every system can have in a name'
  if (/[. ]$|^ /.test(segment)) return `"${segment}" begins with a space, or ends with a space or a dot`
  if (devices.test(segment)) return `${segment} is the name of a device on Windows`
  if (gitFolder.test(segment)) return `${segment} is Git's own`
  if (bytesOf(segment) > most.segmentBytes) return `has a name of more than ${String(most.segmentBytes)} bytes in it`
  return undefined
}

/** Why a path cannot be that of a file in a project, or undefined. */
export function pathProblem(path: string): string | undefined {
  if (path.length > most.characters) return `has more than ${String(most.characters)} characters`
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'must be relative'
  const segments = path.split('/')
  if (segments.length > most.depth) return `is more than ${String(most.depth)} folders deep`
  return segments.map(segmentProblem).find((one) => one !== undefined)
}

/** Paths that are one and the same where case and Unicode's two spellings of an accent make no difference. */
export const folded = (path: string): string => path.normalize('NFC').toLowerCase()

/** Every path that another one is in the way of: the same, the same but for case, or a file where a folder must be. */
export function collisions(paths: readonly string[]): { index: number; message: string }[] {
  const first = new Map<string, number>()
  const found: { index: number; message: string }[] = []
  paths.forEach((path, index) => {
    const other = first.get(folded(path))
    if (other === undefined) first.set(folded(path), index)
    else found.push({ index, message: paths[other] === path ? `${path} is there twice` : `${path} and ${paths[other] ?? ''} differ in case only` })
  })
  paths.forEach((path, index) => {
    const parts = folded(path).split('/')
    const file = parts.slice(1).map((_, at) => first.get(parts.slice(0, at + 1).join('/'))).find((one) => one !== undefined)
    if (file !== undefined) found.push({ index, message: `${path} needs a folder where ${paths[file] ?? ''} is a file` })
  })
  return found
}
