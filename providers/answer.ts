import type { Response as UndiciResponse } from 'undici'
import { largestAnswer, tooLarge } from './failures.ts'
import { ProviderError } from './provider.ts'

/** An answer that can be read to its end. Credentials go to the address of the connection and to no other, and so do the looks at its network. */
export async function wholeOf(provider: string, answer: UndiciResponse): Promise<Response> {
  if (answer.status >= 300 && answer.status < 400 && answer.status !== 304) {
    await answer.body?.cancel().catch(() => undefined)
    throw new ProviderError(`${provider} answered ${String(answer.status)}: redirections are not followed; give the address that it leads to`, { provider, status: answer.status, retryable: false })
  }
  return answer.headers.has('content-encoding') ? counted(answer) : answer
}

/** What was compressed may be a thousand times as long as what was sent. */
async function counted(answer: UndiciResponse): Promise<Response> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    length += chunk.byteLength
    if (length > largestAnswer) throw Object.assign(new Error('the answer is too large'), { code: tooLarge })
    chunks.push(chunk)
  }
  return new Response(answer.body === null ? null : Buffer.concat(chunks), { status: answer.status, statusText: answer.statusText, headers: [...answer.headers] })
}

/** The refusal as the adapters may see it; redacted before anyone cuts it short. */
export const redacted = async (answer: Response, redact: (text: string) => string): Promise<Response> =>
  new Response(redact(await answer.text()), { status: answer.status, statusText: redact(answer.statusText), headers: [...answer.headers] })
