import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { configTable, envExample } from '../bin/config-text.ts'
import { ConfigError, environment, loadConfig } from '../config.ts'

const key = Buffer.alloc(32, 1).toString('base64')
const least = { DATABASE_URL: 'postgres://localhost/slipway', JWT_SECRET: 's'.repeat(32), ENCRYPTION_KEY: key }

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('loadConfig', () => {
  test('the least that is needed gives a frozen configuration with the documented defaults', () => {
    const config = loadConfig(least)
    expect(Object.isFrozen(config)).toBe(true)
    expect(config).toMatchObject({ mode: 'production', host: '127.0.0.1', port: 8005, temporal: { address: '127.0.0.1:7233', namespace: 'default', tls: false }, auth: { rbac: true, issuer: 'slipway' }, encryption: { key, oldKeys: [] }, providers: { allowPrivateAddresses: false, serve: undefined }, workflows: true, activities: 200, logLevel: 'info' })
  })

  test('other names are read, the first name wins', () => {
    const { JWT_SECRET: _, ...rest } = least
    expect(loadConfig({ ...rest, SECRET_KEY: 'k'.repeat(32), SERVICE_PORT: '9000' })).toMatchObject({ port: 9000, auth: { secret: 'k'.repeat(32) } })
    expect(loadConfig({ ...least, SECRET_KEY: 'k'.repeat(32), SERVICE_PORT: '9000', PORT: '9001' })).toMatchObject({ port: 9001, auth: { secret: least.JWT_SECRET } })
  })

  test('lists, flags and addresses are what they mean', () => {
    expect(loadConfig({ ...least, PROVIDERS: 'retell,,n8n', WORKER_WORKFLOWS: 'false', ENCRYPTION_OLD_KEYS: `${key},${key}`, GHL_APP_URL: 'https://white.label//', TEMPORAL_API_KEY: 'k', NODE_ENV: 'development', SANDBOX_N8N_URL: 'http://127.0.0.1:1/' })).toMatchObject({
      providers: { serve: ['retell', 'n8n'], ghlAppUrl: 'https://white.label', allowPrivateAddresses: true, sandboxes: { n8n: 'http://127.0.0.1:1' } }, workflows: false, encryption: { oldKeys: [key, key] }, temporal: { tls: true, apiKey: 'k' },
    })
  })

  test('a build is named with its deployment, by names that Temporal takes', () => {
    expect(loadConfig(least).build).toBeUndefined()
    expect(loadConfig({ ...least, WORKER_BUILD_ID: '2026.11.2' }).build).toEqual({ id: '2026.11.2', deployment: 'slipway' })
    expect(loadConfig({ ...least, WORKER_BUILD_ID: 'b', WORKER_DEPLOYMENT: 'agency-west' }).build).toEqual({ id: 'b', deployment: 'agency-west' })
    for (const name of ['a b', 'a:b', '.a', 'a'.repeat(101)]) expect(problemsOf({ ...least, WORKER_BUILD_ID: name, WORKER_DEPLOYMENT: name }).map((line) => line.split(':')[0])).toEqual(['WORKER_BUILD_ID', 'WORKER_DEPLOYMENT'])
  })

  test('an empty variable is none', () => {
    expect(loadConfig({ ...least, PORT: '', TEMPORAL_UI_URL: '', PROVIDERS: '' })).toMatchObject({ port: 8005, temporal: { uiUrl: undefined }, providers: { serve: undefined } })
    expect(problemsOf({ ...least, ENCRYPTION_KEY: '' })).toEqual(['ENCRYPTION_KEY: is required'])
  })

  test('every problem is named at once, without its value', () => {
    const bad = { NODE_ENV: 'prod', PORT: '70000', DATABASE_URL: 'mysql://root:hunter2@x', TEMPORAL_ADDRESS: 'http://x', ENCRYPTION_KEY: 'hunter2', JWT_SECRET: 'hunter2', TEMPORAL_UI_URL: 'x', LOG_LEVEL: 'loud', ENABLE_RBAC: 'no', PARKED_DAYS: '0' }
    const problems = problemsOf(bad)
    expect(problems.map((line) => line.split(':')[0]).sort()).toEqual(Object.keys(bad).sort())
    expect(problems).toContain('ENCRYPTION_KEY: must be 32 bytes in base64: openssl rand -base64 32')
    expect(JSON.stringify(problems)).not.toContain('hunter2')
    expect(problemsOf({}).sort()).toEqual(['DATABASE_URL: is required', 'ENCRYPTION_KEY: is required', expect.stringMatching(/^JWT_SECRET: /)])
    expect(() => loadConfig({})).toThrow(/^Bad configuration:\n {2}DATABASE_URL: is required/)
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['no way to check a token', { JWT_SECRET: '' }, /^JWT_SECRET: /],
    ['no roles in production', { ENABLE_RBAC: 'false' }, /^ENABLE_RBAC: cannot be false in production/],
    ['keys of an unnamed issuer', { JWT_JWKS_URL: 'https://issuer/jwks' }, /^JWT_JWKS_ISSUER: /],
    ['a name of a role that is none', { JWT_JWKS_ROLES: 'staff=root' }, /^JWT_JWKS_ROLES: must be pairs theirs=ours/],
    ['half a pair of roles', { JWT_JWKS_ROLES: 'staff' }, /^JWT_JWKS_ROLES: must be pairs/],
    ['half a client certificate', { TEMPORAL_TLS_CLIENT_CERT_PATH: '/cert.pem' }, /set both or neither/],
    ['the other half', { TEMPORAL_TLS_CLIENT_KEY_PATH: '/key.pem' }, /set both or neither/],
  ])('%s is refused', (_, env, expected) => { expect(problemsOf({ ...least, ...env })).toEqual([expect.stringMatching(expected)]) })

  test('what only shows in two variables is named beside what is wrong with one', () => {
    expect(problemsOf({ ...least, PORT: 'x', ENABLE_RBAC: 'false', TEMPORAL_TLS_CLIENT_KEY_PATH: '/key.pem' }).map((line) => line.split(':')[0])).toEqual(['PORT', 'ENABLE_RBAC', 'TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH'])
    expect(problemsOf({ ...least, JWT_SECRET: 'short' })).toEqual(['JWT_SECRET: must be at least 32 characters'])
  })

  test('what belongs together is accepted together', () => {
    expect(problemsOf({ ...least, NODE_ENV: 'development', ENABLE_RBAC: 'false', JWT_SECRET: '', JWT_JWKS_URL: 'https://issuer/jwks', JWT_JWKS_ISSUER: 'https://issuer', TEMPORAL_TLS_CLIENT_CERT_PATH: '/cert.pem', TEMPORAL_TLS_CLIENT_KEY_PATH: '/key.pem' })).toEqual([])
  })
})

describe('.env.example', () => {
  test('is what the schema says', () => {
    expect(readFileSync(new URL('../.env.example', import.meta.url), 'utf8')).toBe(envExample())
  })

  test('explains every variable, all commented out, with its default', () => {
    const text = envExample()
    for (const [name, schema] of Object.entries(environment.shape)) {
      expect(text).toMatch(new RegExp(`^# ${name}=`, 'm'))
      expect(schema.description ?? '').not.toBe('')
    }
    expect(text.split('\n').every((line) => line === '' || line.startsWith('# '))).toBe(true)
    expect(text).toContain('# DATABASE_POOL_SIZE=20\n')
  })
})

test('the table for people has every variable once, and says which must be set', () => {
  const rows = configTable().split('\n').slice(2)
  expect(rows.map((row) => row.split('`')[1])).toEqual(Object.keys(environment.shape))
  expect(rows.filter((row) => row.includes('**required**')).map((row) => row.split('`')[1])).toEqual(['DATABASE_URL', 'ENCRYPTION_KEY'])
  expect(configTable()).toContain('| `DATABASE_POOL_SIZE` | `20` | ')
})
