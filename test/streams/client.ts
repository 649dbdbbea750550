import { createClient } from '@redis/client'
import { streamNames } from '../../contracts/streams.ts'

const names = streamNames('maestro:streams:templates')

/** Any program that talks to the streams. */
export async function openStreams(url: string) {
  const client = createClient({ url })
  // It reconnects by itself.
  client.on('error', () => undefined)
  await client.connect()
  const parsed = (message: Record<string, string>) => Object.fromEntries(Object.entries(message).map(([name, text]) => [name, JSON.parse(text) as unknown]))
  const all = async (stream: string) => (await client.xRange(stream, '-', '+') ?? []).flatMap((entry) => (entry === null ? [] : [parsed({ ...entry.message })]))
  return {
    client,
    names,
    /** As documented: every value in JSON. Answers the entry's id. */
    send: (message: object) => client.xAdd(names.requests, '*', Object.fromEntries(Object.entries(message).map(([name, value]) => [name, JSON.stringify(value)]))),
    /** Fields as they are. */
    sendRaw: (fields: Record<string, string>) => client.xAdd(names.requests, '*', fields),
    results: () => all(names.results),
    usage: () => all(names.usage),
    dead: () => all(names.deadLetters),
    close: () => { client.destroy() },
  }
}

export type Streams = Awaited<ReturnType<typeof openStreams>>
