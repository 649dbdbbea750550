import { spawnSync } from 'node:child_process'

/** Runs the npm that runs this, or the one on PATH; answers what it said. npm 10 or newer is expected, as Node 20 brings it. */
export function npm(args: readonly string[], cwd: string): { code: number; out: string; err: string } {
  const own = process.env['npm_execpath']
  const [command, first] = own !== undefined && /\.c?js$/.test(own) ? [process.execPath, [own]] : ['npm', []]
  const { status, stdout, stderr, error } = spawnSync(command, [...first, ...args], { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, shell: command === 'npm' && process.platform === 'win32' })
  return { code: status ?? 127, out: stdout ?? '', err: error?.message ?? stderr }
}
