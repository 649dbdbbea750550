import { createHash } from 'node:crypto'
import { realpathSync, rmSync, statSync } from 'node:fs'
import { type Server, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '../error-code.ts'

export interface Lock {
  release(): Promise<void>
}

/**
 * One holder per folder, or undefined. On Linux the lock is an abstract socket and on Windows a pipe, which the system
 * releases the moment its holder dies; elsewhere a socket in the temporary folder, whose file outlives a dead holder and is taken over.
 */
export async function acquireLock(folder: string, platform: NodeJS.Platform = process.platform): Promise<Lock | undefined> {
  const address = addressOf(folder, platform)
  for (let server = await listen(address); ; server = await listen(address)) {
    if (server !== undefined) return lockOf(server)
    if (platform === 'linux' || platform === 'win32' || !(await clearStale(address))) return undefined
  }
}

/** Undefined where somebody has the address. */
function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error) => {
      if (codeOf(error) === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen(address, () => { resolve(server) })
  })
}

function lockOf(server: Server): Lock {
  server.unref()
  return { release: () => new Promise((done) => server.close(() => { done() })) }
}

/** Removes a socket's file that nobody listens at. False when somebody does. */
async function clearStale(file: string): Promise<boolean> {
  const found = identityOf(file)
  // A start that has made the file listens at it a moment later.
  await sleep(50)
  if (await answers(file)) return false
  // Another start may have taken it over meanwhile: its file is another one.
  if (found !== undefined && identityOf(file) === found) rmSync(file, { force: true })
  return true
}

function identityOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found && `${found.ino} ${found.ctimeNs}`
}

/** Whatever is no refusal, as where the socket is another user's, comes from a living holder. */
function answers(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(file, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => {
      const code = codeOf(error)
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT')
    })
  })
}

function addressOf(folder: string, platform: NodeJS.Platform): string {
  const name = `slipway-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32)}`
  if (platform === 'linux') return `\0${name}`
  if (platform === 'win32') return `\\\\.\\pipe\\${name}`
  return join(tmpdir(), `${name}.sock`)
}
