import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { ProjectFile } from '../contracts/project.ts'

/** The files that make a template a project's: such a one is instantiated, any other is customized and deployed. */
export const projectFiles = ({ files }: Pick<TemplateArtifact, 'files'>): readonly ProjectFile[] | undefined => (files && files.length > 0 ? files : undefined)

export const isRendered = ({ encoding, literal, templateOnly }: ProjectFile): boolean => encoding !== 'base64' && literal !== true && templateOnly !== true

export const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)

/** How many bytes a file has. */
export const sizeOf = ({ content, encoding }: Pick<ProjectFile, 'content' | 'encoding'>): number =>
  encoding === 'base64' ? (content.length / 4) * 3 - (content.endsWith('==') ? 2 : content.endsWith('=') ? 1 : 0) : new TextEncoder().encode(content).length

export const sorted = <T extends { path: string }>(files: readonly T[]): T[] => [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))

/** UTF-8 without NUL is text, and anything else is bytes. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

/** By a plain loop: `Uint8Array.from` calls a function for each byte, which takes two thirds of a second for the largest template. */
function bytesOf(units: string): Uint8Array {
  const bytes = new Uint8Array(units.length)
  for (let at = 0; at < units.length; at++) bytes[at] = units.charCodeAt(at)
  return bytes
}

/** Text where it is that, and otherwise the one spelling of the bytes. */
function decoded({ content, encoding }: ProjectFile): Pick<ProjectFile, 'content' | 'encoding'> {
  if (encoding !== 'base64') return { content }
  const units = atob(content)
  const text = textOf(bytesOf(units))
  return text === undefined ? { content: btoa(units), encoding } : { content: text }
}

/** The one spelling of a file: however it was sent, equal files are stored, hashed and exported alike. */
function normal(file: ProjectFile): ProjectFile {
  const { path, encoding, literal, executable, templateOnly } = file
  const read = decoded(file)
  const copied = read.encoding === undefined && templateOnly !== true && (literal === true || encoding === 'base64')
  return { path, ...read, ...(copied ? { literal: true } : {}), ...(executable === true ? { executable } : {}), ...(templateOnly === true ? { templateOnly } : {}) }
}

export const withNormalFiles = <T extends Pick<TemplateArtifact, 'files'>>(artifact: T): T => (artifact.files ? { ...artifact, files: sorted(artifact.files).map(normal) } : artifact)
