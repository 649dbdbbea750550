import { type IncomingHttpHeaders, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

type Turn = (answer: ServerResponse, asked: Asked) => void

/** A server that answers each request with the next turn of a script, and the last one from then on. */
export async function startScripted() {
  const asked: Asked[] = []
  let script: Turn[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => { body += chunk.toString() })
    request.on('end', () => {
      const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
      asked.push(one)
      const turn = script.length > 1 ? script.shift() : script[0]
      turn?.(response, one)
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    /** What was asked since `plays`. */
    asked,
    plays(...turns: Turn[]) {
      script = turns
      asked.length = 0
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Turn => (answer) => {
  answer.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
export const refusal = (code: string, headers: Record<string, string> = {}): Turn => (answer) => {
  answer.writeHead(Number(code.slice(0, 3)), { 'content-type': 'application/problem+json', ...headers })
    .end(JSON.stringify({ type: `urn:slipway:error:${code}`, title: code, status: Number(code.slice(0, 3)), code, detail: `said ${code}`, correlationId: 'c1' }))
}
export const hangUp: Turn = (answer) => { answer.destroy() }
