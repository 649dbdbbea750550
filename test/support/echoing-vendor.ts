import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface EchoingVendor {
  url: string
  /** Requests that match are refused with everything that they carried; undefined: none are. */
  refuse(order: { status: number; method?: string; as?: 'json' | 'text' } | undefined): void
  /** Refusals so far. */
  refused(): number
  close(): Promise<void>
}

/** Stands before a vendor; as the worst of them do, its refusals quote the headers and the body of the request. */
export async function startEchoingVendor(target: string): Promise<EchoingVendor> {
  let order: Parameters<EchoingVendor['refuse']>[0]
  let refused = 0
  const server = createServer((request, answer) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const { method = 'GET', url = '/', headers } = request
      if (order && (order.method === undefined || order.method === method)) {
        refused += 1
        const said = `you sent ${method} ${url} ${JSON.stringify(headers)} ${body.toString()} ${encodeURIComponent(body.toString())}`
        answer.writeHead(order.status, { 'content-type': order.as === 'text' ? 'text/plain' : 'application/json' })
        answer.end(order.as === 'text' ? said : JSON.stringify({ message: said, error: { message: said, code: 'refused' }, details: said, hint: said }))
        return
      }
      const { host: _host, connection: _connection, 'content-length': _length, 'transfer-encoding': _encoding, ...rest } = headers
      fetch(`${target}${url}`, { method, headers: rest as Record<string, string>, ...(body.length > 0 ? { body } : {}) }).then(async (got) => {
        const bytes = Buffer.from(await got.arrayBuffer())
        answer.writeHead(got.status, [...got.headers].filter(([name]) => !['content-length', 'content-encoding', 'transfer-encoding', 'connection'].includes(name)).flat()).end(bytes)
      }, () => { answer.destroy() })
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    refuse(next) { order = next },
    refused: () => refused,
    close: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => { resolve() })
    }),
  }
}
