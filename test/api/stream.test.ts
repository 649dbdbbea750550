import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import express from 'express'
import { openStream } from '../../api/stream.ts'

const opened = Promise.withResolvers<'written' | 'left alone'>()
let server: Server
beforeAll(async () => {
  const app = express()
  app.get('/', async (req, res) => {
    await once(res, 'close')
    let written = false
    const write = () => {
      written = true
      return Promise.resolve()
    }
    await openStream({ stopping: new AbortController().signal }, req, res, { write, mayGoOn: () => Promise.resolve(true) })
    opened.resolve(written ? 'written' : 'left alone')
  })
  server = createServer(app)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test('a stream whose reader left before it opened is not begun', async () => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const asked = once(server, 'request')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await asked
  socket.destroy()
  expect(await opened.promise).toBe('left alone')
})
