import { randomUUID } from 'node:crypto'
import type { webcrypto } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { SignJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose'
import { type Harness, secret, startHarness } from '../api/harness.ts'

const issuer = 'https://id.example'
const keys = await generateKeyPair('RS256', { extractable: true })
const curve = await generateKeyPair('ES256', { extractable: true })
const forger = await generateKeyPair('RS256', { extractable: true })
const forgerJwk = await exportJWK(forger.publicKey)
const spki = await exportSPKI(keys.publicKey)

/** What the issuer publishes, and what the forger would like to be asked for. */
let asked: string[] = []
const web = createServer((req, res) => {
  void (async () => {
    asked.push(req.url ?? '')
    const published = req.url === '/jwks' ? [{ ...(await exportJWK(keys.publicKey)), kid: 'rsa', alg: 'RS256' }, { ...(await exportJWK(curve.publicKey)), kid: 'ec', alg: 'ES256' }] : [{ ...forgerJwk, kid: 'rsa' }]
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: published }))
  })()
})
let origin: string
let api: Harness

beforeAll(async () => {
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${String((web.address() as AddressInfo).port)}`
  api = await startHarness({ env: { JWT_JWKS_URL: `${origin}/jwks`, JWT_JWKS_ISSUER: issuer } })
})
afterAll(async () => {
  await api.stop()
  web.close()
})

const now = () => Math.floor(Date.now() / 1_000)
const claims = (more: Record<string, unknown> = {}) => ({ sub: 'me', tenant: api.tenant, roles: ['owner'], iss: 'slipway', aud: 'slipway', exp: now() + 3_600, ...more })
const b64 = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const sign = (header: Record<string, unknown>, more: Record<string, unknown>, key: webcrypto.CryptoKey | Uint8Array) => new SignJWT(claims(more)).setProtectedHeader({ alg: 'HS256', ...header }).sign(key)
const ours = new TextEncoder().encode(secret)
const theirs = (text: string) => new TextEncoder().encode(text)
const read = (token: string, path = '/api/v1/clients') => api.ask<{ code?: string }>('GET', path, { token })

const refused = { status: 401, body: { code: '401.unauthenticated', detail: expect.any(String), correlationId: expect.any(String) } }

test('what the attacks below vary is a token that reads', async () => {
  expect((await read(await sign({}, {}, ours))).status).toBe(200)
  expect((await read(await sign({ alg: 'RS256', kid: 'rsa' }, { iss: issuer }, keys.privateKey))).status).toBe(200)
})

describe('no signature', () => {
  test.each(['none', 'None', 'NONE', 'nOnE', '', 'null'])('by the algorithm %j is 401', async (alg) => {
    for (const signature of ['', 'x']) expect(await read(`${b64({ alg, typ: 'JWT' })}.${b64(claims())}.${signature}`)).toMatchObject(refused)
  })

  test('by a header without algorithm, or that is no object, is 401', async () => {
    for (const header of [b64({ typ: 'JWT' }), b64('null'), b64('[]'), b64('"none"'), b64({ alg: ['HS256'] }), b64({ alg: { toString: 'HS256' } })]) expect(await read(`${header}.${b64(claims())}.x`)).toMatchObject(refused)
  })

  test('by leaving it out of a good token, or cutting it short, is 401', async () => {
    const [header, payload, signature = ''] = (await sign({}, {}, ours)).split('.')
    for (const cut of ['', signature.slice(0, -4), signature.slice(0, 1)]) expect(await read(`${String(header)}.${String(payload)}.${cut}`)).toMatchObject(refused)
  })

  test('by an elliptic signature of zeros is 401', async () => {
    expect(await read(`${b64({ alg: 'ES256', kid: 'ec' })}.${b64(claims({ iss: issuer }))}.${Buffer.alloc(64).toString('base64url')}`)).toMatchObject(refused)
  })
})

describe('keys mixed up', () => {
  test.each<[string, () => Promise<Uint8Array>]>([
    ['the public key as PEM', () => Promise.resolve(theirs(spki))],
    ['the public key as PEM without its line end', () => Promise.resolve(theirs(spki.trim()))],
    ['the public key as JWK', async () => theirs(JSON.stringify(await exportJWK(keys.publicKey)))],
    ['the modulus', async () => Buffer.from((await exportJWK(keys.publicKey)).n ?? '', 'base64url')],
    ['an empty text', () => Promise.resolve(new Uint8Array(32))],
  ])('%s as the HMAC secret is 401', async (_, key) => {
    for (const header of [{}, { kid: 'rsa' }]) expect(await read(await sign(header, { iss: issuer }, await key()))).toMatchObject(refused)
  })

  test.each(['HS384', 'HS512'])('%s of the right secret is 401: one algorithm a key', async (alg) => {
    expect(await read(await sign({ alg }, {}, theirs(secret.repeat(2))))).toMatchObject(refused)
    expect(await read(await sign({ alg }, {}, theirs(secret.padEnd(64, '\0'))))).toMatchObject(refused)
  })

  test('an issuer of ours under the other issuer\'s key, and the reverse, are 401', async () => {
    expect(await read(await sign({ alg: 'RS256', kid: 'rsa' }, { iss: 'slipway' }, keys.privateKey))).toMatchObject(refused)
    expect(await read(await sign({}, { iss: issuer }, ours))).toMatchObject(refused)
  })

  test('an RSA signature under the elliptic key\'s id is 401', async () => {
    expect(await read(await sign({ alg: 'RS256', kid: 'ec' }, { iss: issuer }, keys.privateKey))).toMatchObject(refused)
  })
})

describe('headers that name a key', () => {
  test.each(['../../../../dev/null', '/dev/null', "' union select 'key' --", 'rsa\0', '$(id)', 'http://127.0.0.1:1/key', 'x'.repeat(4_000), '__proto__', 'constructor'])('the kid %j is 401 with a forged key', async (kid) => {
    expect(await read(await sign({ alg: 'RS256', kid }, { iss: issuer }, forger.privateKey))).toMatchObject(refused)
    // As if the key were the file's content, which is empty.
    expect(await read(await sign({ kid }, {}, new Uint8Array(32)))).toMatchObject(refused)
  })

  test.each<[string, () => Record<string, unknown>]>([
    ['jku', () => ({ jku: `${origin}/forged` })],
    ['x5u', () => ({ x5u: `${origin}/forged` })],
    ['jwk', () => ({ jwk: forgerJwk })],
    ['x5c', () => ({ x5c: [Buffer.from(spki).toString('base64')] })],
    ['all of them, with the kid of the issuer', () => ({ jku: `${origin}/forged`, x5u: `${origin}/forged`, jwk: forgerJwk, kid: 'rsa' })],
  ])('%s is not followed: 401', async (_, header) => {
    asked = []
    expect(await read(await sign({ alg: 'RS256', ...header() }, { iss: issuer }, forger.privateKey))).toMatchObject(refused)
    expect(asked.filter((path) => path !== '/jwks')).toEqual([])
  })

  test('critical extensions that nobody here knows are 401', async () => {
    const header = b64({ alg: 'HS256', crit: ['exp2'], exp2: 1 })
    expect(await read(`${header}.${b64(claims())}.x`)).toMatchObject(refused)
    expect(await read(`${b64({ alg: 'HS256', crit: ['b64'], b64: false })}.${b64(claims())}.x`)).toMatchObject(refused)
  })
})

describe('claims', () => {
  test.each<[string, () => Record<string, unknown>]>([
    ['an expiry a minute ago', () => ({ exp: now() - 60 })],
    ['an expiry that is a text', () => ({ exp: '9999999999' })],
    ['an expiry of null', () => ({ exp: null })],
    ['a start in an hour', () => ({ nbf: now() + 3_600 })],
    ['a start that is a text', () => ({ nbf: 'now' })],
    ['another audience', () => ({ aud: 'another' })],
    ['several audiences, none of them ours', () => ({ aud: ['a', 'b'] })],
    ['an audience that begins like ours', () => ({ aud: 'slipway2' })],
    ['an issuer that begins like ours', () => ({ iss: 'slipway.evil.example' })],
    ['several issuers', () => ({ iss: ['slipway', issuer] })],
    ['several tenants', () => ({ tenant: [api.tenant, api.otherTenant] })],
    ['SQL for a tenant', () => ({ tenant: `${api.tenant}' or '1'='1` })],
    ['a tenant with a line end', () => ({ tenant: `${api.tenant}\n` })],
    ['no tenant of this service', () => ({ tenant: randomUUID() })],
    ['a subject of line ends', () => ({ sub: 'me\r\nactor: owner' })],
    ['a subject that is an object', () => ({ sub: { name: 'me' } })],
  ])('%s is 401', async (_, more) => {
    expect(await read(await sign({}, more(), ours))).toMatchObject(refused)
  })

  test.each<[string, unknown]>([['an object', { owner: true }], ['a text', 'owner'], ['roles in roles', [['owner']]], ['__proto__', ['__proto__', 'constructor']], ['platform:admin', ['platform:admin']], ['Owner', ['Owner', 'OWNER', ' owner']]])('roles that are %s let nobody in: 403', async (_, roles) => {
    expect(await read(await sign({}, { roles }, ours))).toMatchObject({ status: 403, body: { code: '403.forbidden' } })
  })
})

describe('places', () => {
  test('a token in the address is 400 or 401, never read', async () => {
    const token = await sign({}, {}, ours)
    expect((await api.ask('GET', `/api/v1/clients?access_token=${token}`, { token: undefined })).status).toBe(401)
    expect((await read(token, `/api/v1/clients?access_token=${token}`)).status).toBe(400)
    expect((await api.ask('GET', '/api/v1/clients', { token: undefined, headers: { cookie: `token=${token}; authorization=Bearer ${token}` } })).status).toBe(401)
  })

  test.each(['Basic', 'bearer:', 'Token', 'Bearer,', 'Bearer Bearer'])('after %j it is 401', async (scheme) => {
    expect(await api.ask('GET', '/api/v1/clients', { token: undefined, headers: { authorization: `${scheme} ${await sign({}, {}, ours)}` } })).toMatchObject(refused)
  })

  test('the problem document and the log do not repeat the token', async () => {
    const token = await sign({}, { exp: now() - 60, secretClaim: 'canary-claim' }, ours)
    const { text } = await read(token)
    // The header is the same for every token.
    for (const part of token.split('.').slice(1)) {
      expect(part.length).toBeGreaterThan(40)
      for (const shown of [text, api.logText()]) expect([shown.includes(part.slice(0, 24)), shown.includes(part.slice(16, 40))]).toEqual([false, false])
    }
  })
})
