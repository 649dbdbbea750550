import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from '../../api/app.ts'
import { assembleApi } from '../../bin/api-context.ts'
import type { Config } from '../../config.ts'
import type { TestStack } from '../support/stack.ts'

/** Another API over the servers of the stack; nothing in memory is shared. */
export async function secondApi(stack: TestStack, config: Config = stack.config) {
  const api = assembleApi(config)
  const server = createServer(createApp(api.ctx))
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const owner = await stack.token()
  const call: TestStack['call'] = async <T>(method: string, path: string) => {
    const answer = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${owner}` } })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: (/json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text) as T }
  }
  return {
    call,
    api,
    async close() {
      server.closeAllConnections()
      server.close()
      await api.close()
    },
  }
}
