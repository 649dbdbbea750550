import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { lookup } from 'node:dns'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { fetchGit } from '../../activities/fetch-git.ts'
import { createHttp } from '../../providers/http.ts'
import { isPrivateAddress } from '../../providers/private-address.ts'

/** Something inside, which nobody outside should get to ask. */
let inside: Server
let asked: string[] = []
let redirect: string | undefined
let port: number
beforeAll(async () => {
  inside = createServer((req, res) => {
    asked.push(`${req.headers.host ?? ''}${req.url ?? ''}`)
    if (redirect === undefined || req.url === '/inside') res.writeHead(200, { 'content-type': 'application/json' }).end('{"secret":"of the inside"}')
    else res.writeHead(Number(req.url?.slice(1)), { location: redirect }).end()
  })
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve))
  port = (inside.address() as AddressInfo).port
})
afterAll(() => { inside.close() })
beforeEach(() => {
  asked = []
  redirect = undefined
})

const options = { provider: 'n8n', timeoutMs: 5_000 }
const production = (resolve?: typeof lookup) => createHttp({ ...options, allowPrivateAddresses: false, ...(resolve ? { lookup: resolve } : {}) })
const refused = { details: { provider: 'n8n', retryable: false, vendorCode: 'EPRIVATE' } }

describe('an address', () => {
  test.each([
    '127.0.0.1', '127.1', '127.000.000.001', '0', '0.0.0.0', '2130706433', '017700000001', '0x7f000001', '0x7f.1', '0177.0.0.1', '127.0.0.1.', '%31%32%37.0.0.1', '①②⑦.⓪.⓪.①',
    '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:7f00:0001]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]',
    '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '169.254.169.254', '[fd00:ec2::254]', '[fe80::1]', '[fec0::1]', '[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]', '2852039166', '0xa9fea9fe', '255.255.255.255', '224.0.0.1', 'localhost', 'LOCALHOST', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  ])('%s is refused, and nothing is sent there', async (host) => {
    await expect(production().json({ method: 'GET', url: `http://${host}:${String(port)}/` })).rejects.toMatchObject(refused)
    expect(asked).toEqual([])
  })

  test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '192.169.0.1', '169.253.0.1', '2606:4700::1111', '2001:4860:4860::8888', '::ffff:8.8.8.8'])('%s is public', (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  })
})

describe('a name', () => {
  type Answer = (error: Error | null, address: string | { address: string; family: number }[], family?: number) => void
  /** A resolver that answers one list after the other; an attacker's, for a short time to live. */
  const answering = (...lists: string[][]) => {
    let asks = 0
    const resolve = ((_host: string, how: { all?: boolean }, done: Answer) => {
      const list = (lists[Math.min(asks++, lists.length - 1)] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      if (how.all) done(null, list)
      else done(null, list[0]?.address ?? '', list[0]?.family ?? 4)
    }) as typeof lookup
    return { resolve, asks: () => asks }
  }

  test.each<[string, string[]]>([
    ['a private address', ['127.0.0.1']],
    ['a public and a private one', ['8.8.8.8', '127.0.0.1']],
    ['a private IPv6 address', ['::1']],
    ['a private address in IPv6', ['::ffff:127.0.0.1']],
    ['the address of a cloud\'s metadata', ['169.254.169.254']],
  ])('that resolves to %s is refused when it connects', async (_, addresses) => {
    await expect(production(answering(addresses).resolve).json({ method: 'GET', url: `http://public.example:${String(port)}/` })).rejects.toMatchObject(refused)
    expect(asked).toEqual([])
  })

  test('that was public when it was looked at, and is private when it is used, is refused: the look-up of the connection is the one that counts', async () => {
    // The first answer is what a check beforehand would have seen.
    const rebinding = answering(['8.8.8.8'], ['127.0.0.1'])
    rebinding.resolve('public.example', { all: true }, (() => undefined) as never)
    await expect(production(rebinding.resolve).json({ method: 'GET', url: `http://public.example:${String(port)}/` })).rejects.toMatchObject(refused)
    expect({ asked, asks: rebinding.asks() }).toEqual({ asked: [], asks: 2 })
  })

  test('is looked up once for a connection, so there is nothing to change between check and use', async () => {
    const http = createHttp({ ...options, allowPrivateAddresses: false, lookup: answering(['8.8.8.8']).resolve, signal: AbortSignal.abort() })
    await expect(http.json({ method: 'GET', url: 'http://public.example/' })).rejects.toMatchObject({ details: { vendorCode: 'AbortError' } })
    const once = answering(['127.0.0.1'])
    await expect(production(once.resolve).json({ method: 'GET', url: `http://public.example:${String(port)}/` })).rejects.toMatchObject(refused)
    expect(once.asks()).toBe(1)
  })
})

describe('a redirection', () => {
  const anywhere = createHttp({ ...options, allowPrivateAddresses: true })

  test.each([301, 302, 303, 307, 308])('by %i is not followed, whatever it leads to, and is final', async (status) => {
    for (const to of ['http://169.254.169.254/latest/meta-data/', `http://localhost:${String(port)}/inside`, '/inside', 'file:///etc/passwd', 'gopher://127.0.0.1:6379/_']) {
      redirect = to
      asked = []
      await expect(anywhere.json({ method: 'POST', url: `http://127.0.0.1:${String(port)}/${String(status)}`, body: {}, headers: { authorization: 'Bearer secret' } })).rejects.toMatchObject({ message: expect.stringContaining('redirections are not followed'), details: { status, retryable: false } })
      expect(asked).toEqual([`127.0.0.1:${String(port)}/${String(status)}`])
    }
  })

  test('is not followed by a vendor\'s own client either, though it asks for that', async () => {
    redirect = '/inside'
    await expect(anywhere.fetch(`http://127.0.0.1:${String(port)}/302`, { redirect: 'follow' })).rejects.toMatchObject({ details: { status: 302 } })
    expect(asked).toHaveLength(1)
  })
})

describe('other ways out', () => {
  test.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'gopher://127.0.0.1:6379/_', 'data:application/json,{}', 'unix:/var/run/docker.sock'])('%s is no address to send to', async (url) => {
    await expect(production().json({ method: 'GET', url })).rejects.toMatchObject({ details: { retryable: false, vendorCode: 'EPROTOCOL' } })
    expect(asked).toEqual([])
  })

  test.each(['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1', '[::ffff:7f00:1]', '[2002:7f00:1::]', '169.254.169.254', 'localhost.'])('a git repository at %s is not asked', async (host) => {
    await expect(fetchGit(`git+https://${host}:${String(port)}/repo.git#a.yaml`, { allowPrivateAddresses: false })).rejects.toMatchObject({ code: '400.content_unreadable', errors: [{ pointer: '/contentRef' }] })
    expect(asked).toEqual([])
  })
})
