import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'
import { randomUUID } from 'node:crypto'
import type { webcrypto } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createVerifier } from '../../api/auth/token.ts'
import { loadConfig } from '../../config.ts'
import { type Harness, encryptionKey, secret, startHarness } from './harness.ts'

const issuer = 'https://id.example'
const keys = await generateKeyPair('RS256', { extractable: true })
const curve = await generateKeyPair('ES256', { extractable: true })
const stranger = await generateKeyPair('RS256')
let keySetStatus = 200
const keySet = createServer((_req, res) => {
  void Promise.all([exportJWK(keys.publicKey), exportJWK(curve.publicKey)]).then(([rsa, ec]) => res.writeHead(keySetStatus, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [{ ...rsa, kid: 'rsa' }, { ...ec, kid: 'ec' }] })))
})
let api: Harness

beforeAll(async () => {
  await new Promise<void>((resolve) => keySet.listen(0, '127.0.0.1', resolve))
  api = await startHarness({ env: { JWT_JWKS_URL: `http://127.0.0.1:${String((keySet.address() as AddressInfo).port)}/`, JWT_JWKS_ISSUER: issuer } })
})
afterAll(async () => {
  await api.stop()
  keySet.close()
})

interface Claims { sub?: string | undefined; tenant?: unknown; roles?: unknown; iss?: string; aud?: string; exp?: number | undefined }
const inAnHour = Math.floor(Date.now() / 1000) + 3600
const hs = (claims: Claims = {}, alg = 'HS256', key = secret) =>
  new SignJWT({ sub: 'me', tenant: api.tenant, roles: ['viewer'], iss: 'slipway', aud: 'slipway', exp: inAnHour, ...claims } as Record<string, unknown>).setProtectedHeader({ alg }).sign(new TextEncoder().encode(key))
const read = (token: string | undefined) => api.ask<{ code?: string; detail?: string }>('GET', '/api/v1/clients', { token })

test('a good token reads', async () => {
  expect((await read(await hs())).status).toBe(200)
})

test('no token is 401, with a challenge', async () => {
  const { status, headers, body } = await read(undefined)
  expect([status, headers.get('www-authenticate'), body.code]).toEqual([401, 'Bearer', '401.unauthenticated'])
})

test.each<[string, () => Promise<string> | string]>([
  ['another secret', () => hs({}, 'HS256', 'some other secret of more than 32 characters')],
  ['another algorithm of the same secret', () => hs({}, 'HS512', secret)],
  ['no signature', () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: 'me', tenant: api.tenant, roles: ['owner'] })).toString('base64url')}.x`],
  ['another issuer', () => hs({ iss: 'someone' })],
  ['another audience', () => hs({ aud: 'someone' })],
  ['an expiry in the past', () => hs({ exp: 1_000_000 })],
  ['no expiry', () => hs({ exp: undefined })],
  ['no subject', () => hs({ sub: undefined })],
  ['an empty subject', () => hs({ sub: '' })],
  ['a subject with a NUL character', () => hs({ sub: 'a\0b' })],
  ['a subject of 201 characters', () => hs({ sub: 'x'.repeat(201) })],
  ['no tenant', () => hs({ tenant: undefined })],
  ['a tenant that is no UUID', () => hs({ tenant: "' or true --" })],
  ['a tenant that does not exist', () => hs({ tenant: randomUUID() })],
  ['a body that is no token', () => 'a.b.c'],
  ['the public key as an HMAC secret', async () => hs({ iss: issuer }, 'HS256', JSON.stringify(await exportJWK(keys.publicKey)))],
])('a token with %s is 401', async (_what, token) => {
  expect((await read(await token())).body).toMatchObject({ code: '401.unauthenticated', detail: expect.any(String) })
})

test('a token that was read a moment ago is refused once it has expired', async () => {
  const verify = createVerifier({ issuer: 'slipway', audience: 'slipway', secret })
  const token = await hs({ exp: Math.floor(Date.now() / 1000) + 10 })
  await expect(verify(token)).resolves.toMatchObject({ actor: 'me' })
  const others = ['nextTick', 'performance', 'hrtime', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const
  jest.useFakeTimers({ now: Date.now() + 16_000, doNotFake: [...others] })
  try {
    await expect(verify(token)).rejects.toMatchObject({ code: '401.unauthenticated' })
  } finally {
    jest.useRealTimers()
  }
})

test('roles that are not ours count for nothing', async () => {
  expect((await read(await hs({ roles: ['root'] }))).body).toMatchObject({ code: '403.forbidden', detail: expect.stringContaining('client:read') })
  expect((await read(await hs({ roles: 'owner' }))).status).toBe(403)
})

const signed = (alg: 'RS256' | 'ES256', kid: string, key: webcrypto.CryptoKey, iss = issuer) =>
  new SignJWT({ tenant: api.tenant, roles: ['viewer'] }).setProtectedHeader({ alg, kid }).setSubject('me').setIssuer(iss).setAudience('slipway').setExpirationTime('1h').sign(key)

test('tokens of an external issuer are verified with its key set', async () => {
  expect((await read(await signed('RS256', 'rsa', keys.privateKey))).status).toBe(200)
  expect((await read(await signed('ES256', 'ec', curve.privateKey))).status).toBe(200)
  expect((await read(await signed('RS256', 'rsa', stranger.privateKey))).status).toBe(401)
  expect((await read(await signed('RS256', 'unknown', keys.privateKey))).status).toBe(401)
  expect((await read(await signed('RS256', 'rsa', keys.privateKey, 'slipway'))).status).toBe(401)
})

test('an issuer whose key set cannot be read makes it 503, not 401', async () => {
  const { port } = keySet.address() as AddressInfo
  const verify = (jwksUrl: string) => createVerifier({ issuer: 'slipway', audience: 'slipway', jwksUrl, jwksIssuer: issuer })
  const token = await signed('RS256', 'rsa', keys.privateKey)
  keySetStatus = 500
  await expect(verify(`http://127.0.0.1:${String(port)}/`)(token)).rejects.toMatchObject({ code: '503.unavailable' })
  keySetStatus = 200
  await expect(verify('http://127.0.0.1:1/')(token)).rejects.toMatchObject({ code: '503.unavailable' })
  await expect(createVerifier({ issuer: 'slipway', audience: 'slipway', secret })(token)).rejects.toMatchObject({ code: '401.unauthenticated' })
})

describe('claims of an external issuer', () => {
  const verifying = (more: Record<string, string> = {}) => {
    const { auth } = loadConfig({ DATABASE_URL: api.databaseUrl, ENCRYPTION_KEY: encryptionKey, JWT_JWKS_URL: `http://127.0.0.1:${String((keySet.address() as AddressInfo).port)}/`, JWT_JWKS_ISSUER: issuer, ...more })
    return createVerifier(auth)
  }
  const theirs = (claims: Record<string, unknown>) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'rsa' }).setSubject('0f3a').setIssuer(issuer).setAudience('slipway').setExpirationTime('1h').sign(keys.privateKey)

  test('are read where the settings say, by name or by pointer, and their roles are translated', async () => {
    const verify = verifying({ JWT_JWKS_SUBJECT_CLAIM: 'https://id.example/email', JWT_JWKS_TENANT_CLAIM: '/org/name', JWT_JWKS_ROLES_CLAIM: '/realm_access/roles', JWT_JWKS_ROLES: 'Platform team=admin, a=b=viewer' })
    const token = await theirs({ 'https://id.example/email': 'ada@agency.example', org: { name: 'agency' }, realm_access: { roles: ['Platform team', 'a=b', 'owner', 'constructor', 7] } })
    expect(await verify(token)).toEqual({ actor: 'ada@agency.example', tenantId: api.tenant, roles: ['admin', 'viewer'] })
  })

  test('may name a tenant by its id, or none where there is one for all', async () => {
    expect(await verifying()(await theirs({ tenant: api.tenant.toUpperCase(), roles: ['editor'] }))).toEqual({ actor: '0f3a', tenantId: api.tenant, roles: ['editor'] })
    const one = verifying({ JWT_JWKS_TENANT: 'agency' })
    expect((await one(await theirs({}))).tenantId).toBe(api.tenant)
    expect((await one(await theirs({ tenant: api.otherTenant }))).tenantId).toBe(api.otherTenant)
  })

  test('make nobody a user of ours or a platform administrator', async () => {
    expect(await verifying()(await theirs({ tenant: api.tenant, roles: ['platform:admin', 'viewer'], uid: randomUUID(), gen: 1 }))).toEqual({ actor: '0f3a', tenantId: api.tenant, roles: ['viewer'] })
  })

  test.each<[string, Record<string, string>, Record<string, unknown>]>([
    ['no subject where it should be', { JWT_JWKS_SUBJECT_CLAIM: 'email' }, { tenant: 'agency' }],
    ['a subject with a line end', { JWT_JWKS_SUBJECT_CLAIM: 'email' }, { tenant: 'agency', email: 'a\nb' }],
    ['no tenant', {}, {}],
    ['an empty tenant', {}, { tenant: '' }],
    ['several tenants', {}, { tenant: ['agency'] }],
    ['a tenant behind a pointer that leads nowhere', { JWT_JWKS_TENANT_CLAIM: '/org/name' }, { org: 'agency' }],
  ])('with %s are refused', async (_what, settings, claims) => {
    await expect(verifying(settings)(await theirs(claims))).rejects.toMatchObject({ code: '401.unauthenticated' })
  })

  test('that name a tenant nobody has made are refused', async () => {
    expect((await read(await signed('RS256', 'rsa', keys.privateKey))).status).toBe(200)
    expect((await read(await theirs({ tenant: 'nobody', roles: ['viewer'] }))).body).toMatchObject({ code: '401.unauthenticated', detail: expect.stringContaining('does not exist') })
    expect((await read(await theirs({ tenant: 'agency', roles: ['viewer'] }))).status).toBe(200)
  })
})

test("another tenant's rows do not exist", async () => {
  const made = await api.ask<{ id: string }>('POST', '/api/v1/clients', { body: { name: 'Ours' } })
  const token = await api.tokenOf('owner', api.otherTenant)
  expect((await api.ask('GET', `/api/v1/clients/${made.body.id}`, { token })).status).toBe(404)
  expect((await api.ask('DELETE', `/api/v1/clients/${made.body.id}`, { token })).status).toBe(404)
  expect((await api.ask<{ items: object[] }>('GET', '/api/v1/clients', { token })).body.items).toEqual([])
  expect((await api.ask('POST', '/api/v1/clients', { body: { name: 'Ours' }, token })).status).toBe(201)
})

test('without RBAC every good token may do everything', async () => {
  const open = await startHarness({ env: { ENABLE_RBAC: 'false' } })
  try {
    expect((await open.ask('POST', '/api/v1/clients', { body: { name: 'x' }, token: await open.tokenOf('viewer') })).status).toBe(201)
    expect((await open.ask('GET', '/api/v1/clients', { token: undefined })).status).toBe(401)
  } finally {
    await open.stop()
  }
})
