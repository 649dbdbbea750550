import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const installable = (): boolean => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

/** No service of it is started by being installed. */
const apt = (...args: string[]): void => {
  execFileSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }, timeout: 180_000 })
}

function install(name: string): void {
  const get = () => { apt('install', '-y', '--no-install-recommends', name) }
  try {
    get()
  } catch {
    try {
      apt('update')
      get()
    } catch {
      // Its tests are listed as skipped, with the command.
    }
  }
}

const sbin = ['/usr/sbin', '/usr/local/sbin']

/** One of these programs; installed from Debian's package where that is possible, undefined where it is not. */
export function findProgram(names: readonly string[], debianPackage: string): string | undefined {
  const find = () => [...(process.env['PATH'] ?? '').split(delimiter), ...sbin].flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file))
  const found = find()
  if (found !== undefined || !installable()) return found
  install(debianPackage)
  return find()
}
