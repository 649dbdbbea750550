import { once } from 'node:events'
import type { Request, Response } from 'express'
import { pack } from 'tar-stream'
import type { Pack } from 'tar-stream'
import { z } from 'zod'
import { projectFile } from '../contracts/project.ts'
import { readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import type { Tx } from '../db/client.ts'
import { getVersionById } from '../db/templates.ts'
import { toDirectory } from '../domain/manifest.ts'
import { sorted } from '../domain/project-files.ts'
import type { RenderedFile } from '../domain/render-project.ts'
import type { AnyReply } from './call.ts'
import type { ApiContext } from './context.ts'

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

/** What the blob holds. */
const rendered = z.object({ files: z.array(projectFile.pick({ path: true, content: true, encoding: true, executable: true })) })

async function filesOf(ctx: ApiContext, tx: Tx, tenantId: string, { from }: Archive['archive']): Promise<readonly RenderedFile[]> {
  if ('version' in from) return toDirectory((await getVersionById(tx, from.version)).artifact)
  return rendered.parse(await readBlob(tx, ctx.vault, tenantId, from.blob)).files
}

/** Answers with the tar, at the reader's pace. */
export async function sendArchive(ctx: ApiContext, tenantId: string, req: Request, res: Response, { status, headers = {}, body }: AnyReply & { body: Archive }): Promise<void> {
  const { archive } = body
  const files = await inTenant(ctx.db, tenantId, (tx) => filesOf(ctx, tx, tenantId, archive))
  res.status(status).set({ 'Cache-Control': 'no-store', ...headers, 'Content-Type': 'application/x-tar', 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(archive.folder)}.tar` })
  if (req.method === 'HEAD') {
    res.end()
    return
  }
  const gone = new AbortController()
  res.once('close', () => { gone.abort() })
  for await (const chunk of packed(archive.folder, files)) {
    // Whoever hangs up has what they wanted, or not: nobody is left to be told.
    if (gone.signal.aborted) return
    if (!res.write(chunk)) await once(res, 'drain', { signal: gone.signal }).catch(() => undefined)
  }
  res.end()
}
