import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProviderError } from '../provider.ts'
import type { Connection } from '../provider.ts'
import { publicAddress } from './guard.ts'
import { GitError, openGit } from './run.ts'
import type { Git } from './run.ts'
import { branch as branchHere, commitOf, fetched } from './store.ts'
import type { Store } from './store.ts'

export interface RemoteOptions {
  allowPrivateAddresses: boolean
  signal?: AbortSignal | undefined
  redact(text: string): string
}

/** The branch of another repository. Rejects with ProviderError. */
export interface Remote {
  /** Asks alone: what the branch is at; undefined where there is none. */
  look(): Promise<string | undefined>
  /** Brings what the branch has. */
  fetch(store: Store): Promise<string | undefined>
  /** False when the branch has gone on meanwhile. */
  push(store: Store, sha: string): Promise<boolean>
}

const refuse = (message: string, vendorCode?: string): ProviderError => new ProviderError(`git: ${message}`, { provider: 'git', retryable: false, ...(vendorCode === undefined ? {} : { vendorCode }) })

/** What no other try changes: credentials, host keys, addresses, rules of the remote. */
const final = /authentication failed|could not read (username|password)|terminal prompts disabled|error: (401|403|404)|permission denied|access denied|host key verification|not found|does not appear to be a git repository|unable to update url base from redirection|requested url returned error: 30|redirect|protected branch|hook declined|invalid key|error in libcrypto|not allowed/i
const broken = /bad object|missing (blob|tree|commit|necessary)|unable to read (tree|sha1|[0-9a-f]{40})|loose object .* is corrupt|unable to parse commit|pack-objects died|not a git repository: /i
/** Somebody else pushed between our look and our push. */
const race = /\[rejected\]|fetch first|non-fast-forward|cannot lock ref|failed to update ref|reference already exists|stale info/i

const lastLines = (text: string): string => text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !/^(hint:|remote:\s*$)/.test(line)).slice(-6).join('; ')

/** Works with a remote: its credentials are with git for as long as that takes, in its environment or in a file that only we may read. */
export async function useRemote<T>(connection: Connection, options: RemoteOptions, work: (remote: Remote) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-remote-'))
  try {
    const url = new URL(connection.baseUrl)
    const access = url.protocol === 'ssh:' ? await overSsh(url, connection, options, folder) : await overHttp(url, connection, options)
    const gitIn = (dir: string): Git => openGit({ dir, signal: options.signal, ...access })
    return await work(remoteOver(url.href, `refs/heads/${connection.config['branch'] ?? 'main'}`, gitIn, folder, options))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function remoteOver(url: string, branch: string, gitIn: (dir: string) => Git, folder: string, { redact }: RemoteOptions): Remote {
  const ask = async (git: Git, args: string[]): Promise<string> => {
    try {
      return await git(args)
    } catch (error) {
      // Trouble of our own repository is no refusal of the remote's.
      if (!(error instanceof GitError) || broken.test(error.message)) throw error
      const said = redact(lastLines(error.message).replaceAll(`${folder}/`, '')) || 'git gave no reason'
      throw new ProviderError(`git: ${said}`, { provider: 'git', retryable: !final.test(said) })
    }
  }
  const look = async (git: Git): Promise<string | undefined> => /^[0-9a-f]{40}/.exec(await ask(git, ['ls-remote', '--', url, branch]))?.[0]
  return {
    look: () => look(gitIn(folder)),
    async fetch(store) {
      const git = gitIn(store.dir)
      const there = await look(git)
      if (there === undefined || [await commitOf(store, fetched), await commitOf(store, branchHere)].includes(there)) return there
      await ask(git, ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--', url, `+${branch}:${fetched}`])
      return commitOf(store, fetched)
    },
    async push({ dir }, sha) {
      try {
        await ask(gitIn(dir), ['push', '--quiet', '--no-verify', '--', url, `${sha}:${branch}`])
        return true
      } catch (error) {
        if (error instanceof ProviderError && race.test(error.message)) return false
        throw error
      }
    },
  }
}

type Access = { env?: Record<string, string>; config?: string[] }

async function overHttp(url: URL, { config, secrets }: Connection, { allowPrivateAddresses }: RemoteOptions): Promise<Access> {
  if (url.protocol !== 'https:' && !allowPrivateAddresses) throw refuse(`${url.protocol}// is not safe for credentials; use https`, 'EPROTOCOL')
  const found = allowPrivateAddresses ? undefined : await publicAddress(url.hostname)
  if (found && 'problem' in found) throw refuse(found.problem, 'EPRIVATE')
  const pin = found ? [`http.curloptResolve=${url.hostname}:${url.port || '443'}:${found.address}`] : []
  const token = secrets['token']
  if (token === undefined) return { config: pin }
  // By the environment: a command line can be read by everybody on the machine.
  const basic = Buffer.from(`${config['username'] ?? 'git'}:${token}`).toString('base64')
  return { config: pin, env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.extraHeader', GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}` } }
}

/** ssh without the configuration, agent and known hosts of the machine. */
async function overSsh(url: URL, { config, secrets }: Connection, { allowPrivateAddresses }: RemoteOptions, folder: string): Promise<Access> {
  const found = allowPrivateAddresses ? undefined : await publicAddress(url.hostname)
  if (found && 'problem' in found) throw refuse(found.problem, 'EPRIVATE')
  const [key, hosts] = [join(folder, 'key'), join(folder, 'known_hosts')]
  await writeFile(key, `${(secrets['sshKey'] ?? '').trim()}\n`, { mode: 0o600 })
  await writeFile(hosts, `${config['knownHosts'] ?? ''}\n`, { mode: 0o600 })
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const settings = {
    BatchMode: 'yes', IdentitiesOnly: 'yes', IdentityAgent: 'none', PreferredAuthentications: 'publickey', StrictHostKeyChecking: 'yes', UserKnownHostsFile: hosts, GlobalKnownHostsFile: '/dev/null',
    ConnectTimeout: '15', ServerAliveInterval: '15', ServerAliveCountMax: '2',
    ...(found ? { HostName: found.address, HostKeyAlias: url.port === '' || url.port === '22' ? host : `[${host}]:${url.port}` } : {}),
  }
  return { env: { GIT_SSH_VARIANT: 'ssh', GIT_SSH_COMMAND: `ssh -F none -i '${key}' ${Object.entries(settings).map(([name, value]) => `-o ${name}='${value}'`).join(' ')}` } }
}
