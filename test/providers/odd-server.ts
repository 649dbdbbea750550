import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttp } from '../../providers/http.ts'
import type { Account, Provider } from '../../providers/provider.ts'

export interface OddAnswer {
  status: number
  /** JSON, unless it is a string. */
  body: unknown
}

/** An account at a server that gives every request the answer of `answer`: for what no sandbox says, such as a proxy's page. */
export async function atOddServer(
  provider: Provider,
  given: { config?: Record<string, string>; secrets: Record<string, string> },
  answer: (method: string, path: string) => OddAnswer,
): Promise<{ account: Account<unknown>; close(): Promise<void> }> {
  const server = createServer((req, res) => {
    const { status, body } = answer(req.method ?? '', req.url ?? '')
    const isText = typeof body === 'string'
    res.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json' }).end(isText ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const connection = { id: 'c1', provider: provider.name, baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, config: given.config ?? {}, secrets: given.secrets }
  const http = createHttp({ provider: provider.name, timeoutMs: 2_000, allowPrivateAddresses: true })
  return {
    account: { client: provider.connect(connection, http), connection, siblings: [] },
    close: () => new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections() }),
  }
}
