import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ServerResponse } from 'node:http'
import { createSlipway } from '../../client/slipway.ts'
import { refusal, startScripted } from './scripted.ts'

let server: Awaited<ReturnType<typeof startScripted>>
beforeAll(async () => { server = await startScripted() })
afterAll(() => server.stop())

const event = (id: number, type: string): string => `id: ${String(id)}\nevent: ${type}\ndata: ${JSON.stringify({ id, type })}\n\n`
const end = 'event: end\ndata: {"status":"success"}\n\n'
/** One connection: what it says, and whether it breaks or ends. */
const stream = (text: string, breaks = false) => (answer: ServerResponse): void => {
  answer.writeHead(200, { 'content-type': 'text/event-stream' })
  answer.write(`retry: 2000\n\n${text}`, () => { if (breaks) setTimeout(() => answer.destroy(), 50); else answer.end() })
}
const watch = (options: object = {}) => createSlipway({ baseUrl: server.url, auth: { apiKey: 'sk_test' }, retry: { initialMs: 1, attempts: 2 } }).watch('d1', options)
const seen = async (options: object = {}): Promise<string[]> => {
  const types: string[] = []
  for await (const { type } of watch(options)) types.push(type)
  return types
}
const lastIds = () => server.asked.map(({ headers }) => headers['last-event-id'])

test('after a connection that breaks, and one that ends too early, it goes on after the last event, and drops what it knows', async () => {
  server.plays(stream(event(1, 'queued') + event(2, 'running'), true), stream(event(2, 'running') + event(3, 'step.started')), refusal('503.unavailable'), stream(event(4, 'success') + end))
  expect(await seen()).toEqual(['queued', 'running', 'step.started', 'success'])
  expect(lastIds()).toEqual([undefined, '2', '3', '3'])
})

test('it begins after the event that it is given', async () => {
  server.plays(stream(event(8, 'success') + end))
  expect(await seen({ lastEventId: '7' })).toEqual(['success'])
  expect(lastIds()).toEqual(['7'])
})

test('a stream that never says anything is given up, and so is one that is refused', async () => {
  server.plays(stream(''))
  await expect(seen({ reconnects: 1 })).rejects.toThrow('again and again')
  expect(server.asked).toHaveLength(2)
  server.plays(stream(event(1, 'queued')), refusal('403.forbidden'))
  await expect(seen()).rejects.toMatchObject({ code: '403.forbidden' })
  server.plays((answer) => { answer.destroy() })
  await expect(seen({ reconnects: 0 })).rejects.toMatchObject({ name: 'UnreachableError' })
  server.plays((answer) => { answer.writeHead(204).end() })
  await expect(seen({ reconnects: 0 })).rejects.toMatchObject({ name: 'UnreachableError' })
})

test('a service that says that it is still there is not given up, however often the connection ends', async () => {
  server.plays(stream(': still here\n\n'), stream(': still here\n\n'), stream(': still here\n\n'), stream(end))
  expect(await seen({ reconnects: 1 })).toEqual([])
})

test('who stops in the middle closes the connection', async () => {
  let closed = false
  server.plays((answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' }).write(event(1, 'queued'))
    answer.once('close', () => { closed = true })
  })
  for await (const { type } of watch()) {
    expect(type).toBe('queued')
    break
  }
  for (const deadline = Date.now() + 10_000; !closed && Date.now() < deadline;) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(closed).toBe(true)
})
