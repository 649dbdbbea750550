import type { Kind } from '../contracts/artifact.ts'
import { manifestFile } from './manifest.ts'

/** Where a template lies in its tenant's repository: `<kind>/<name>/`, the name in signs that every file system takes. */
export interface TemplatePlace {
  kind: Kind
  name: string
}

/** The file that holds a template, inside its folder; a project template with files has a manifest instead. */
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

/** The file that makes a folder the template's directory. */
export const manifestOf = (place: TemplatePlace): string => `${folderOf(place)}/${manifestFile}`

/** Whether all that lies in the template's folder is the template's. */
export const ownsFolder = ({ kind }: Pick<TemplatePlace, 'kind'>): boolean => kind === 'project'

/** The template that a path says all of, or begins to: its document, or its manifest. One that stands where no template's would is misplaced. */
export function placeOf(path: string, kinds: readonly Kind[]): TemplatePlace | 'misplaced' | undefined {
  const [first, ...rest] = path.split('/')
  const kind = kinds.find((one) => one === first)
  const last = rest.at(-1)
  if (kind === undefined || rest.length < 2 || (last !== templateFile && !(ownsFolder({ kind }) && last === manifestFile))) return undefined
  return placeIn(kind, rest.slice(0, -1)) ?? 'misplaced'
}

function placeIn(kind: Kind, parts: readonly string[]): TemplatePlace | undefined {
  const name = decode(parts)
  return name !== undefined && folderOf({ kind, name }) === [kind, ...parts].join('/') ? { kind, name } : undefined
}

/** The template in whose own folder a path lies, if there could be one. */
export function ownerOf(path: string, kinds: readonly Kind[]): TemplatePlace | undefined {
  const [first, ...rest] = path.split('/')
  const kind = kinds.find((one) => one === first)
  const end = rest.findIndex((part) => !part.endsWith(goesOn)) + 1
  return kind !== undefined && ownsFolder({ kind }) && end > 0 && end < rest.length ? placeIn(kind, rest.slice(0, end)) : undefined
}

function decode(parts: readonly string[]): string | undefined {
  try {
    return decodeURIComponent(parts.map((part, index) => (index < parts.length - 1 && part.endsWith(goesOn) ? part.slice(0, -1) : part)).join(''))
  } catch {
    return undefined
  }
}
