import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** In front of a sandbox: passes everything on but the making of drafts, which it refuses without a reason. */
export async function refusingBranches(target: string): Promise<{ url: string; close(): Promise<unknown> }> {
  const server = createServer((req, res) => {
    if (req.url?.startsWith('/create-agent-version')) {
      res.writeHead(422, { 'content-type': 'application/json' }).end('{"status":"error","message":"Not today"}')
      return
    }
    req.pipe(request(`${target}${req.url ?? ''}`, { method: req.method ?? 'GET', headers: req.headers }, (answer) => answer.pipe(res.writeHead(answer.statusCode ?? 502, answer.headers))))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${String(port)}`, close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections() }) }
}
