import { GitError, simpleGit } from 'simple-git'
import { environment, settings } from './isolation.ts'

export { GitError }

/** Runs git in one folder; answers what it printed. Rejects with GitError, whose message is what git said. */
export interface Git {
  (args: readonly string[], input?: string | Buffer): Promise<string>
  /** `git cat-file`, whose answer need be no text. */
  catFile(args: readonly string[], input: string): Promise<Buffer>
}

export interface GitOptions {
  dir: string
  signal?: AbortSignal | undefined
  /** Credentials, and how to use them. */
  env?: Record<string, string>
  /** `name=value`; no secrets: a command line can be read by everybody on the machine. */
  config?: readonly string[]
}

/** Without output for so long, git is ended. */
const silentMs = 60_000

export function openGit({ dir, signal, env = {}, config = [] }: GitOptions): Git {
  const all: Record<string, string> = { ...environment, GIT_CEILING_DIRECTORIES: dir, ...env }
  const open = (input?: string | Buffer) =>
    simpleGit({
      baseDir: dir,
      config: [...settings, ...config],
      timeout: { block: silentMs },
      allowEnvironment: Object.keys(all),
      unsafe: { allowUnsafeHooksPath: true, allowUnsafeProtocolOverride: true, allowUnsafeConfigPaths: true, allowUnsafeConfigEnvCount: true, allowUnsafeAskPass: true, allowUnsafeSshCommand: true },
      ...(signal ? { abort: signal } : {}),
      ...(input === undefined ? {} : { input: () => input }),
    }).env(all)
  const run = async (args: readonly string[], input?: string | Buffer): Promise<string> => open(input).raw([...args])
  return Object.assign(run, { catFile: async (args: readonly string[], input: string): Promise<Buffer> => open(input).binaryCatFile([...args]) })
}
