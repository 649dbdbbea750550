import { createServer } from 'node:net'

/** A server could not have the port it was told to use. */
export class PortBusyError extends Error {
  readonly port: number

  constructor(what: string, port: number) {
    super(`${what}: port ${port} on 127.0.0.1 is taken`)
    this.name = 'PortBusyError'
    this.port = port
  }
}

/** A port that was free a moment ago: for servers that cannot bind port 0 themselves. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was bound'))
        else resolve(address.port)
      })
    })
  })
}

export interface PortWish {
  port: number
  /** Set by the user: a busy port is then an error, not a reason to move. */
  fixed: boolean
}

/**
 * Lets the server bind and moves on only when it says that the port is taken: probing first would be a race.
 * Tries the wished port, its next nine, then any free one.
 */
export async function onPort<T>(wish: PortWish | undefined, start: (port: number) => Promise<T>): Promise<T> {
  const candidates = wish === undefined ? [] : Array.from({ length: wish.fixed ? 1 : 10 }, (_, index) => wish.port + index)
  for (const port of candidates) {
    try {
      return await start(port)
    } catch (error) {
      if (!(error instanceof PortBusyError) || wish?.fixed) throw error
    }
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (!(error instanceof PortBusyError) || attempt === 10) throw error
    }
  }
}
