import express from 'express'
import type { Request, Response } from 'express'
import { DomainError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import type { Operation } from '../contracts/operation.ts'
import { checkMediaType, invalid, readJson } from './json-body.ts'

export const bodyLimit = 16 * 1024 * 1024

const collect = express.raw({ type: () => true, limit: bodyLimit })

const isArchive = (type = ''): boolean => /^application\/(x-tar|tar|gzip|x-gzip)\s*(;|$)/i.test(type)

/** The request's JSON body; an absent one is `{}`, and a tar, where it may be one, the field `archive` beside `archives`. Throws 400, 413 and 415 problems. */
export async function readBody(req: Request, res: Response, archives?: Operation['archives']): Promise<Json> {
  // A little too much is read off first, so that the client hears why; this much is not.
  if (Number(req.headers['content-length'] ?? 0) > 4 * bodyLimit) throw tooLarge(req, res)
  await new Promise<void>((resolve, reject) => {
    collect(req, res, (error?: unknown) => {
      if (error === undefined) resolve()
      else reject(error)
    })
  }).catch((error: unknown) => { throw unreadable(req, res, error) })
  const bytes: unknown = req.body
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return {}
  if (archives && isArchive(req.headers['content-type'])) return { ...archives, archive: bytes.toString('base64') }
  checkMediaType(req.headers['content-type'])
  return readJson(bytes)
}

/** What body-parser throws has a `type`: https://github.com/expressjs/body-parser#errors */
function unreadable(req: Request, res: Response, error: unknown): unknown {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined
  if (type === 'entity.too.large') return tooLarge(req, res)
  if (type === 'encoding.unsupported') return new DomainError('415.unsupported_media_type', 'Send the body plain, or with gzip, deflate or br')
  return typeof type === 'string' || (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) ? invalid('The body could not be read') : error
}

/** The rest is dropped, and the connection ends with the answer. */
function tooLarge(req: Request, res: Response): DomainError {
  res.setHeader('Connection', 'close')
  req.resume()
  return new DomainError('413.body_too_large', 'The body is larger than 16 MiB')
}
