import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openApiDocument } from '../../contracts/openapi.ts'
import { type Harness, startHarness } from './harness.ts'

let api: Harness
beforeAll(async () => { api = await startHarness() })
afterAll(() => api.stop())
const get = (path: string) => api.ask('GET', path, { token: undefined })

test('the description is served to programs, without a token', async () => {
  for (const path of ['/openapi.json', '/api/v1/openapi.json']) {
    const { status, body } = await get(path)
    expect([status, body]).toEqual([200, JSON.parse(JSON.stringify(openApiDocument(api.ctx.version)))])
  }
})

test('the page for people loads all that it needs from here, and nothing from elsewhere', async () => {
  const page = await get('/docs')
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file)
  expect(files).toHaveLength(4)
  for (const file of files) {
    expect(file).toMatch(/^\/docs\//)
    expect([file, (await get(file)).status]).toEqual([file, 200])
  }
  expect((await get('/docs/open.js')).text).toContain("url: '/openapi.json'")
  expect((await get('/docs/')).status).toBe(200)
  expect((await get('/docs/nothing.js')).body).toMatchObject({ code: '404.not_found' })
})

test('every documented address is there', async () => {
  const { paths } = openApiDocument('0') as { paths: Record<string, Record<string, { security?: unknown[] }>> }
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { security }] of Object.entries(methods)) {
      if (security) continue
      const { status } = await api.ask(method.toUpperCase(), path.replace('{id}', 'x'), { token: undefined })
      expect([method, path, status]).toEqual([method, path, 401])
    }
  }
})
