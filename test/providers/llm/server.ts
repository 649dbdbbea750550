import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttp } from '../../../providers/http.ts'
import { llm } from '../../../providers/llm/index.ts'
import type { Account } from '../../../providers/provider.ts'

export interface ScriptedServer {
  url: string
  /** Bodies of the requests, in order. */
  asked: Record<string, unknown>[]
  close(): void
}

export interface Answer {
  status?: number
  headers?: Record<string, string>
  body: unknown
}

/** Answers as told, in order, and the last one again: for what no well-behaved server says. */
export async function scripted(...answers: Answer[]): Promise<ScriptedServer> {
  const asked: Record<string, unknown>[] = []
  const server = createServer((req, res) => {
    const parts: Buffer[] = []
    req.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      const answer = answers[Math.min(asked.length, answers.length - 1)]
      asked.push(JSON.parse(Buffer.concat(parts).toString() || '{}') as Record<string, unknown>)
      res.writeHead(answer?.status ?? 200, { 'content-type': 'application/json', ...answer?.headers }).end(JSON.stringify(answer?.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A chat completion that says this. */
export const says = (content: unknown, more: { finish_reason?: string; refusal?: string } = {}): Answer => ({
  body: {
    id: 'chatcmpl-1', object: 'chat.completion', created: 0, model: 'm',
    choices: [{ index: 0, finish_reason: more.finish_reason ?? 'stop', message: { role: 'assistant', content: typeof content === 'string' ? content : JSON.stringify(content), refusal: more.refusal ?? null } }],
  },
})

export function accountOf(baseUrl: string, config: Record<string, string> = {}, apiKey = 'sk-test'): Account<unknown> {
  const connection = { id: 'c1', provider: 'llm', baseUrl, config: { model: 'sandbox-model', ...config }, secrets: { apiKey } }
  const http = createHttp({ provider: 'llm', timeoutMs: 2_000, allowPrivateAddresses: true })
  return { client: llm.connect(connection, http), connection, siblings: [] }
}
