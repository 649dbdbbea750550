import { type Exit, type Running, describeExit, exitOf, launch, pidOf, stopChild } from './child.ts'
import { PortBusyError } from './ports.ts'

export interface NodeProcessOptions {
  name: string
  script: string
  args?: string[]
  env: NodeJS.ProcessEnv
  /** Set where the process listens on a port it was told. */
  port?: number
  log: (line: string) => void
}

/** What the process told when it was ready, such as its address. */
export type Ready<T> = Running & { info: T }

/**
 * Starts one of our own processes under this very Node and waits for its `{type: 'ready', ...}`. It ends itself when
 * the channel to us closes. What it says on stderr before that is the reason of a failure.
 */
export async function startNodeProcess<T>(options: NodeProcessOptions): Promise<Ready<T>> {
  const said: string[] = []
  const child = launch(process.execPath, [options.script, ...(options.args ?? [])], {
    env: options.env,
    ipc: true,
    onLine: (line, stream) => {
      options.log(line)
      if (stream === 'stderr') said.push(line)
      if (said.length > 60) said.shift()
    },
  })
  const exited = exitOf(child)
  const ready = new Promise<T>((resolve) => {
    child.on('message', (message: { type?: unknown }) => {
      if (message.type === 'ready') resolve(message as T)
    })
  })
  const outcome = await Promise.race([ready.then((info) => ({ info })), exited, silence(60_000)])
  if (outcome !== 'silent' && 'info' in outcome) {
    return { info: outcome.info, pid: pidOf(child), exited, stop: () => stopChild(child, exited, 'SIGTERM') }
  }
  if (outcome === 'silent') await stopChild(child, exited, 'SIGKILL')
  if (options.port !== undefined && said.some((line) => line.includes('EADDRINUSE'))) throw new PortBusyError(options.name, options.port)
  const why = outcome === 'silent' ? 'nothing heard within 60 s' : describeExit(outcome)
  throw new Error(`${options.name} did not start (${why}):\n${said.join('\n')}`)
}

/** Runs one of our own processes to its end. Throws with its words when it fails. */
export async function runNodeProcess(options: NodeProcessOptions): Promise<void> {
  const said: string[] = []
  const child = launch(process.execPath, [options.script, ...(options.args ?? [])], {
    env: options.env,
    ipc: true,
    onLine: (line) => {
      options.log(line)
      said.push(line)
    },
  })
  const exit: Exit = await exitOf(child)
  if (exit.code !== 0) throw new Error(`${options.name} failed (${describeExit(exit)}):\n${said.slice(-20).join('\n')}`)
}

function silence(ms: number): Promise<'silent'> {
  return new Promise((resolve) => setTimeout(() => { resolve('silent') }, ms).unref())
}
