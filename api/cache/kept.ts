import { z } from 'zod'
import { sha256 } from '../../db/ids.ts'
import { canonical } from '../../domain/canonical.ts'
import { toJson } from '../../domain/json.ts'
import type { AnyCall, AnyReply } from '../call.ts'
import type { ApiContext } from '../context.ts'

/** Answers from the cache what the operation's row lets be kept: the whole reply, ready to be sent, ETag and all. */
export async function kept(ctx: Pick<ApiContext, 'cache'>, call: AnyCall, work: () => Promise<AnyReply>): Promise<AnyReply> {
  const { operation, tenantId, params, query } = call
  if (operation.cached !== true) return work()
  const key = sha256(canonical(toJson({ path: operation.path, params, query }))).slice(0, 32)
  return unpack(await ctx.cache.read(tenantId, key, async () => pack(await work())))
}

const headers = z.record(z.string(), z.string())

/** Headers in one line, then the body's text: a large body is not quoted again. */
const pack = ({ headers: own, body }: AnyReply): string => `${JSON.stringify({ 'Content-Type': 'application/json; charset=utf-8', ...own })}\n${JSON.stringify(body)}`

function unpack(text: string): AnyReply {
  const line = text.indexOf('\n')
  return { status: 200, headers: headers.parse(JSON.parse(text.slice(0, line))), body: text.slice(line + 1) }
}
