export interface ModelOptions { endpoint: string; model: string; temperature: number; maxTokens: number; timeoutMs: number; apiKey?: string | undefined }

/** Asks a model for its answer to a prompt. */
export type Ask = (prompt: string) => Promise<string>

const worthAnotherTry = (status: number): boolean => status === 408 || status === 429 || status >= 500

/** Chat completions over HTTP; three tries, heeding Retry-After. */
export function createAsk({ endpoint, model, temperature, maxTokens, timeoutMs, apiKey }: ModelOptions, wait: (ms: number) => Promise<unknown> = (ms) => new Promise((resolve) => setTimeout(resolve, ms))): Ask {
  return async (prompt) => {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${endpoint}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
        body: JSON.stringify({ model, temperature, max_completion_tokens: maxTokens, messages: [{ role: 'user', content: prompt }] }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      if (response.ok) {
        const { choices } = (await response.json()) as { choices?: { message?: { content?: string } }[] }
        const content = choices?.[0]?.message?.content
        if (typeof content !== 'string') throw new Error('The model answered without a text')
        return content
      }
      const told = (await response.text()).slice(0, 300)
      if (attempt === 3 || !worthAnotherTry(response.status)) throw new Error(`${endpoint} answered ${response.status}: ${told}`)
      await wait(Number(response.headers.get('retry-after') ?? attempt) * 1000)
    }
  }
}
