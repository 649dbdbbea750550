import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { type Server, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Lock {
  release(): Promise<void>
}

/**
 * One holder per folder, or undefined. On Linux the lock is an abstract socket, which the kernel releases the moment
 * its holder dies, so that no file can go stale; elsewhere a pipe or a socket in the temporary folder.
 */
export function acquireLock(folder: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen(addressOf(folder), () => {
      server.unref()
      resolve({ release: () => new Promise((done) => server.close(() => { done() })) })
    })
  })
}

function addressOf(folder: string): string {
  const name = `slipway-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32)}`
  if (process.platform === 'linux') return `\0${name}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  return join(tmpdir(), `${name}.sock`)
}
