import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { freePort } from '../../bin/stack/ports.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { describeWith } from '../support/platform.ts'
import { findProgram } from '../support/programs.ts'
import { cloneOf, startGitRemote } from './git-server.ts'
import type { GitRemote } from './git-server.ts'
import { bring, content, unique, versionsOf } from './repositories.ts'

const sshd = findProgram(['sshd'], 'openssh-server')

describeWith({ isMet: sshd !== undefined, without: 'there is no sshd: apt-get install -y openssh-server' }, 'over ssh', () => {
  let stack: TestStack
  let remote: GitRemote
  let server: ChildProcess
  let said = ''
  let port: number
  let folder: string
  let hostKey: string
  let userKey: string
  let strange: string
  const keyOf = (name: string): string => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)])
    return readFileSync(join(folder, name), 'utf8')
  }
  const knownAs = (name: string): string => `[127.0.0.1]:${String(port)} ${readFileSync(join(folder, `${name}.pub`), 'utf8').trim()}`
  const connect = (secrets: object, knownHosts: string) => stack.call('POST', '/api/v1/connections', { provider: 'git', baseUrl: `ssh://${userInfo().username}@127.0.0.1:${String(port)}${remote.dir}`, config: { knownHosts }, secrets })
  const sync = () => stack.call<{ code?: string; detail?: string; pushed?: number; pulled?: object[]; head?: string }>('POST', '/api/v1/admin/git/sync')

  beforeAll(async () => {
    stack = await startStack({ supabase: false })
    remote = await startGitRemote()
    port = await freePort()
    folder = mkdtempSync(join(tmpdir(), 'slipway-ssh-'))
    hostKey = keyOf('host')
    userKey = keyOf('user')
    strange = keyOf('strange')
    // Where sshd separates its privileges; a system that starts it as a service makes this folder.
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    writeFileSync(join(folder, 'authorized'), readFileSync(join(folder, 'user.pub')), { mode: 0o600 })
    writeFileSync(join(folder, 'config'), `Port ${String(port)}\nListenAddress 127.0.0.1\nHostKey ${join(folder, 'host')}\nAuthorizedKeysFile ${join(folder, 'authorized')}\nPidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n`)
    server = spawn(sshd ?? 'sshd', ['-D', '-e', '-f', join(folder, 'config')], { stdio: ['ignore', 'ignore', 'pipe'] })
    server.stderr?.on('data', (chunk: Buffer) => { said += chunk.toString() })
    await until(() => Promise.resolve(said), (text) => {
      if (server.exitCode !== null) throw new Error(`sshd does not start: ${text}`)
      return text.includes('listening')
    })
  }, 60_000)
  afterAll(async () => {
    server.kill()
    await remote.close()
    await stack.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('the repository is synchronized over ssh, both ways', async () => {
    expect((await connect({ sshKey: userKey }, knownAs('host'))).status).toBe(201)
    const name = unique()
    const { templateId } = await bring(stack, name)
    expect(await sync()).toMatchObject({ status: 200, body: { pushed: 1, pulled: [] } })
    const clone = cloneOf(remote)
    const path = `retell/${name}/template.yaml`
    const sha = clone.push('By hand', { [path]: clone.read(path).replace('Hello', 'Hi') })
    clone.close()
    expect(await sync()).toMatchObject({ status: 200, body: { head: sha, pushed: 0, pulled: [{ templateId, version: '1.0.1' }] } })
    expect((await versionsOf(stack, templateId))[0]).toMatchObject({ sha, message: 'By hand' })
  })

  test('a key that the server does not know, and a server that we do not know, are refused with their reasons', async () => {
    await bring(stack, unique(), content('More'))
    await connect({ sshKey: strange }, knownAs('host'))
    expect(await sync()).toMatchObject({ status: 502, body: { code: '502.provider_error_git', detail: expect.stringMatching(/permission denied/i) } })
    await connect({ sshKey: userKey }, knownAs('strange'))
    const refused = await sync()
    expect(refused).toMatchObject({ status: 502, body: { code: '502.provider_error_git', detail: expect.stringMatching(/host key verification failed/i) } })
    expect(JSON.stringify(refused.body)).not.toContain('PRIVATE KEY')
    expect(hostKey).toContain('PRIVATE KEY')
  })
})
