import { pack } from 'tar-stream'
import type { Pack } from 'tar-stream'
import { sorted } from '../domain/project-files.ts'
import type { RenderedFile } from '../domain/render-project.ts'

/** An answer that is a tar. It names where the files lie, so that an Idempotency-Key's answer stays small. */
export interface Archive {
  archive: {
    /** All files lie in it, and the answer's file is called like it. */
    folder: string
    /** The blob with rendered files, or the id of a template's version. */
    from: { blob: string } | { version: string }
  }
}

export const isArchive = (body: unknown): body is Archive => typeof body === 'object' && body !== null && 'archive' in body && typeof body.archive === 'object'

/** Like any archive of equal files: bytes hang on nothing but names and contents. */
const madeAt = new Date('2000-01-01T00:00:00Z')

/** The files as tar, sorted, under one folder. */
export function packed(folder: string, files: readonly RenderedFile[]): Pack {
  const archive = pack()
  for (const { path, content, encoding, executable } of sorted(files)) {
    archive.entry({ name: `${folder}/${path}`, mode: executable === true ? 0o755 : 0o644, mtime: madeAt }, Buffer.from(content, encoding ?? 'utf8'))
  }
  archive.finalize()
  return archive
}
