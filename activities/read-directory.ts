import { lstat, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { DomainError } from '../contracts/errors.ts'
import { projectLimits } from '../contracts/project.ts'
import { textOf } from '../domain/project-files.ts'
import type { SourceDirectory, SourceFile } from '../domain/source-files.ts'

export interface Found {
  path: string
  bytes: Buffer
  executable: boolean
}

export const refused = (pointer: string, message: string): DomainError => new DomainError('400.artifact_schema_invalid', `The directory cannot be taken: ${message}`, { errors: [{ pointer, message }] })

/** Keeps count, so that nothing is read that would be refused later. */
export function createTally(pointer: string): (path: string, bytes: number) => void {
  let [files, all] = [0, 0]
  return (path, bytes) => {
    files += 1
    all += bytes
    if (files > projectLimits.files) throw refused(pointer, `has more than ${String(projectLimits.files)} files`)
    if (bytes > projectLimits.fileBytes) throw refused(pointer, `${path} is larger than 2 MB`)
    if (all > projectLimits.bytes) throw refused(pointer, 'its files are larger than 10 MB together')
  }
}

export function toSourceFile({ path, bytes, executable }: Found): SourceFile {
  const text = textOf(bytes)
  return { path, ...(text === undefined ? { content: bytes.toString('base64'), encoding: 'base64' as const } : { content: text }), ...(executable ? { executable } : {}) }
}

/** A directory of the machine, as the shipped library has them, without what Git keeps in it; undefined when there is none. */
export async function readFolder(folder: string): Promise<SourceDirectory | undefined> {
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) return undefined
  const tally = createTally('/contentRef')
  const files: SourceFile[] = []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll('\\', '/')
    if (entry.isDirectory() || path.split('/').includes('.git')) continue
    if (!entry.isFile()) throw refused('/contentRef', `${path} is a symbolic link or a device`)
    const { size, mode } = await lstat(join(folder, path))
    tally(path, size)
    files.push(toSourceFile({ path, bytes: await readFile(join(folder, path)), executable: (mode & 0o111) !== 0 }))
  }
  return { name: folder.split('/').at(-1) ?? '', files }
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b
/** All files and their headers, unpacked. */
const mostUnpacked = projectLimits.bytes + 3 * 1024 * projectLimits.files

/** A directory as tar, gzipped or not. Links, devices and paths that lead out of it are refused, not left out. */
export async function readArchive(archive: Buffer): Promise<SourceDirectory> {
  const unpacked = isGzip(archive)
    ? await promisify(gunzip)(archive, { maxOutputLength: mostUnpacked }).catch((error: unknown) => { throw unreadable(error) })
    : archive
  const tally = createTally('/archive')
  const files: SourceFile[] = []
  const reader = Readable.from([unpacked]).pipe(extract())
  try {
    for await (const entry of reader) {
      const { name, size = 0, type, mode = 0 } = entry.header
      const path = name.replace(/^(\.\/+)+/, '').replace(/\/+$/, '')
      if (type !== 'directory') {
        if (type !== 'file' && type !== 'contiguous-file') throw refused('/archive', `${path} is a ${String(type)}: files and directories only`)
        checkEntry(name, path)
        tally(path, size)
        files.push(toSourceFile({ path, bytes: await buffer(entry), executable: (mode & 0o111) !== 0 }))
      }
      entry.resume()
    }
  } catch (error) {
    throw error instanceof DomainError ? error : unreadable(error)
  }
  return withoutCommonFolder(files)
}

/** Node's own word for what failed. */
export const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined)

const unreadable = (error: unknown): DomainError => {
  const tooLarge = codeOf(error) === 'ERR_BUFFER_TOO_LARGE'
  const message = tooLarge ? 'is larger than 10 MB, unpacked' : 'is no tar, nor a gzipped one'
  return new DomainError('400.content_unreadable', `The archive ${message}`, { errors: [{ pointer: '/archive', message }] })
}

function checkEntry(name: string, path: string): void {
  if (name.startsWith('/') || /^[A-Za-z]:|\\/.test(path)) throw refused('/archive', `${name} must be a relative path with slashes`)
  if (path.split('/').some((segment) => segment === '..' || segment === '.' || segment === '')) throw refused('/archive', `${name || 'an entry without a name'} leads elsewhere`)
  if (/[\0-\x1f\x7f]/.test(path)) throw refused('/archive', `${JSON.stringify(name)} holds a control character`)
}

/** What `tar c folder` and GitHub make: everything lies in one folder, which is the template. */
function withoutCommonFolder(files: readonly SourceFile[]): SourceDirectory {
  const folder = files[0]?.path.split('/')[0]
  if (folder === undefined || !files.every(({ path }) => path.startsWith(`${folder}/`))) return { files: [...files] }
  return { name: folder, files: files.map((file) => ({ ...file, path: file.path.slice(folder.length + 1) })) }
}
