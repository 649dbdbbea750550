import { expect, test } from '@jest/globals'
import { type Server, createServer } from 'node:net'
import { place, placeTemporal } from '../../bin/stack/place.ts'
import { PortBusyError, freePort, onPort } from '../../bin/stack/ports.ts'

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => { reject(error.code === 'EADDRINUSE' ? new PortBusyError('server', port) : error) })
    server.listen(port, '127.0.0.1', () => { resolve(server) })
  })
}

const portOf = (server: Server) => {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('a busy default falls over to another port and says so', async () => {
  const holder = await listen(0)
  const said: string[] = []
  const server = await place('the API', 'PORT', { port: portOf(holder), fixed: false }, (line) => said.push(line), listen)
  expect(portOf(server)).not.toBe(portOf(holder))
  expect(said).toEqual([`Port ${portOf(holder)} is taken: the API listens on ${portOf(server)} (PORT sets it)`])
  server.close()
  holder.close()
})

test('a free default is taken without a word', async () => {
  const said: string[] = []
  const port = await freePort()
  const server = await place('the API', 'PORT', { port, fixed: false }, (line) => said.push(line), listen)
  expect([portOf(server), said]).toEqual([port, []])
  server.close()
})

test('a busy port that the user set is an error that names the variable', async () => {
  const holder = await listen(0)
  const port = portOf(holder)
  await expect(place('PostgreSQL', 'PG_PORT', { port, fixed: true }, () => undefined, listen)).rejects.toThrow(`PG_PORT=${port}: the port is taken`)
  holder.close()
})

test('of the two ports of Temporal only the busy one moves', async () => {
  const holder = await listen(0)
  const free = await freePort()
  const said: string[] = []
  const start = async ({ port, uiPort }: { port: number; uiPort: number }) => {
    const server = await listen(port)
    try {
      return [server, await listen(uiPort)] as const
    } catch (error) {
      server.close()
      throw error
    }
  }
  const [server, ui] = await placeTemporal(
    { server: { port: free, fixed: true }, ui: { port: portOf(holder), fixed: false } },
    (line) => said.push(line),
    start,
  )
  expect(portOf(server)).toBe(free)
  expect(said).toEqual([`Port ${portOf(holder)} is taken: Temporal's Web UI listens on ${portOf(ui)} (TEMPORAL_UI_PORT sets it)`])
  server.close()
  ui.close()
  const fixed = { server: { port: free, fixed: true }, ui: { port: portOf(holder), fixed: true } }
  await expect(placeTemporal(fixed, () => undefined, start)).rejects.toThrow(/TEMPORAL_UI_PORT=/)
  holder.close()
})

test('another failure than a busy port is not tried again', async () => {
  let tries = 0
  const start = () => {
    tries += 1
    return Promise.reject(new Error('disk full'))
  }
  await expect(onPort({ port: 1, fixed: false }, start)).rejects.toThrow('disk full')
  expect(tries).toBe(1)
})
