import type { Json } from '../../contracts/json.ts'
import { sha256 } from '../../db/ids.ts'
import { canonical } from '../../domain/canonical.ts'
import type { AnyReply, Call } from '../call.ts'
import type { ApiContext } from '../context.ts'

/** Answers from the cache what the operation's row lets be kept: the whole reply, ready to be sent, ETag and all. */
export async function kept(ctx: Pick<ApiContext, 'cache'>, call: Call, work: () => Promise<AnyReply>): Promise<AnyReply> {
  const { operation, tenantId, params, query } = call
  if (operation.cached !== true) return work()
  const key = sha256(canonical(JSON.parse(JSON.stringify({ path: operation.path, params, query })) as Json)).slice(0, 32)
  return unpack(await ctx.cache.read(tenantId, key, async () => pack(await work())))
}

/** Headers in one line, then the body's text: a large body is not quoted again. */
const pack = ({ headers = {}, body }: AnyReply): string => `${JSON.stringify({ 'Content-Type': 'application/json; charset=utf-8', ...headers })}\n${JSON.stringify(body)}`

function unpack(text: string): AnyReply {
  const line = text.indexOf('\n')
  return { status: 200, headers: JSON.parse(text.slice(0, line)) as Record<string, string>, body: text.slice(line + 1) }
}
