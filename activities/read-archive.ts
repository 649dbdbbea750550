import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { DomainError } from '../contracts/errors.ts'
import { projectLimits } from '../contracts/project.ts'
import type { SourceDirectory, SourceFile } from '../domain/source-files.ts'
import { codeOf } from './error-code.ts'
import { createTally, refused, toSourceFile } from './source-file.ts'

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
