import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createHttp } from '../../providers/http.ts'
import { git } from '../../providers/git/index.ts'
import { useRemote } from '../../providers/git/remote.ts'
import type { Connection } from '../../providers/provider.ts'

let url: string
let asked = 0
const server = createServer((req, res) => {
  asked += 1
  if (req.url?.startsWith('/moved/')) res.writeHead(302, { location: `${url}/other.git/info/refs?service=git-upload-pack` }).end()
  else if (req.url?.startsWith('/echo/')) res.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' }).end(`00ffERR you sent ${String(req.headers.authorization)}`)
  else res.writeHead(500).end()
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const connection = (baseUrl: string, more: Partial<Connection> = {}): Connection => ({ id: 'c', provider: 'git', baseUrl, config: {}, secrets: { token: 'a-secret-token' }, ...more })
const look = (baseUrl: string, { allowPrivateAddresses = true, ...more }: Partial<Connection> & { allowPrivateAddresses?: boolean } = {}) =>
  useRemote(connection(baseUrl, more), { allowPrivateAddresses, redact: (text) => text.replaceAll('a-secret-token', '[redacted]') }, (remote) => remote.look())

describe('a git remote', () => {
  test('that leads elsewhere is not followed', async () => {
    const before = asked
    await expect(look(`${url}/moved/x.git`)).rejects.toMatchObject({ name: 'ProviderError', details: { provider: 'git', retryable: false } })
    expect(asked).toBe(before + 1)
  })

  test('that fails may do better later', async () => {
    await expect(look(`${url}/x.git`)).rejects.toMatchObject({ name: 'ProviderError', message: expect.stringContaining('500'), details: { retryable: true } })
  })

  test('that is not there may be there later', async () => {
    await expect(look('http://127.0.0.1:1/x.git')).rejects.toMatchObject({ name: 'ProviderError', details: { retryable: true } })
  })

  test.each(['http://1.2.3.4/x.git', 'https://127.0.0.1/x.git', 'https://[::1]/x.git', 'https://localhost/x.git', 'https://10.1.2.3/x.git', 'ssh://git@localhost/x.git', 'ssh://git@169.254.169.254/x.git', 'https://nowhere.invalid/x.git'])('in production is not asked at %s', async (address) => {
    const before = asked
    await expect(look(address, { allowPrivateAddresses: false, config: { knownHosts: 'x' }, secrets: { sshKey: 'x' } })).rejects.toMatchObject({ name: 'ProviderError', message: expect.stringMatching(/private network|use https|does not resolve/), details: { retryable: false } })
    expect(asked).toBe(before)
  })

  test.each(['ext::sh -c touch% /tmp/x', 'file:///etc/passwd'])('is no other transport: %s', async (address) => {
    await expect(look(address)).rejects.toThrow()
  })

  test('with a key that is none is refused, and the key is not told', async () => {
    const failed = look('ssh://git@127.0.0.1:1/x.git', { config: { knownHosts: 'x' }, secrets: { sshKey: 'no key at all' } })
    await expect(failed).rejects.toMatchObject({ name: 'ProviderError', message: expect.not.stringContaining('no key at all') })
  })

  test('is checked by asking for its branch', async () => {
    const http = createHttp({ provider: 'git', timeoutMs: 1_000, allowPrivateAddresses: false })
    const given = connection('https://127.0.0.1/x.git')
    await expect(git.check({ client: git.connect(given, http), connection: given, siblings: [] })).rejects.toMatchObject({ message: expect.stringContaining('private network') })
  })
})
