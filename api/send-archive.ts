import { once } from 'node:events'
import type { Request, Response } from 'express'
import { z } from 'zod'
import { projectFile } from '../contracts/project.ts'
import { readBlob } from '../db/blobs.ts'
import { type Tx, inTenant } from '../db/client.ts'
import { getVersionById } from '../db/template-versions.ts'
import type { RenderedFile } from '../domain/render-project.ts'
import { toDirectory } from '../domain/template-directory.ts'
import type { AnyReply } from './call.ts'
import type { ApiContext } from './context.ts'
import { type Archive, packed } from './archive.ts'

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
