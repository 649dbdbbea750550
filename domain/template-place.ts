import type { Kind } from '../contracts/artifact.ts'

/** Where a template lies in its tenant's repository: `<kind>/<name>/`, the name in signs that every file system takes. */
export interface TemplatePlace {
  kind: Kind
  name: string
}

/** The file that holds a template, inside its folder. */
export const templateFile = 'template.yaml'

/** What Windows takes for a device, whatever follows the first dot. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i
/** Everything but this is percent-encoded; `%` itself is no part of a name. */
const plain = /[\p{L}\p{M}\p{N} _.()+,@=&'!$;-]/u
/** File systems take 255 bytes; a longer name goes on in a folder below, after this sign. */
const longest = 200
const goesOn = '~'

const encoded = (sign: string): string => [...new TextEncoder().encode(sign)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
const bytesOf = (text: string): number => new TextEncoder().encode(text).length

function partsOf(name: string): string[] {
  const last = [...name].length - 1
  const whole = device.test(name)
  const signs = [...name].map((sign, index) => {
    const atEdge = (index === 0 && (sign === '.' || whole)) || (index === last && (sign === '.' || sign === ' '))
    return plain.test(sign) && !atEdge ? sign : encoded(sign)
  })
  const parts: string[] = []
  let part = ''
  for (const sign of signs) {
    if (bytesOf(part + sign) > longest) {
      parts.push(part + goesOn)
      part = ''
    }
    part += sign
  }
  return [...parts, part]
}

/** The template's folder, without a slash at its end. Different templates have different folders. */
export const folderOf = ({ kind, name }: TemplatePlace): string => [kind, ...partsOf(name)].join('/')

export const fileOf = (place: TemplatePlace): string => `${folderOf(place)}/${templateFile}`

/** Whose file a path is: a template's, one that stands where no template's would, or nothing of ours. */
export function placeOf(path: string, kinds: readonly Kind[]): TemplatePlace | 'misplaced' | undefined {
  const [first, ...rest] = path.split('/')
  const kind = kinds.find((one) => one === first)
  if (kind === undefined || rest.length < 2 || rest.at(-1) !== templateFile) return undefined
  const name = decode(rest.slice(0, -1))
  return name !== undefined && fileOf({ kind, name }) === path ? { kind, name } : 'misplaced'
}

function decode(parts: readonly string[]): string | undefined {
  try {
    return decodeURIComponent(parts.map((part, index) => (index < parts.length - 1 && part.endsWith(goesOn) ? part.slice(0, -1) : part)).join(''))
  } catch {
    return undefined
  }
}
