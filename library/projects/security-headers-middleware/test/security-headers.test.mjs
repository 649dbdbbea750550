import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { weaknesses } from '../src/check-site.mjs'
import { contentSecurityPolicy, headersFor, securityHeaders${% if variables.reports %}, violationReports${% endif %} } from '../src/security-headers.mjs'

async function serving(handler, use) {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    return await use(`http://127.0.0.1:${server.address().port}`)
  } finally {
    server.close()
  }
}

const page = (options) => (request, response) => {
  response.setHeader('X-Powered-By', 'something')
  securityHeaders(options)(request, response, () => response.end(response.locals.cspNonce))
}

test('every answer has its own nonce, and names it in the policy', () =>
  serving(page({ mode: 'enforce' }), async (address) => {
    const answers = await Promise.all([fetch(address), fetch(address)])
    const nonces = await Promise.all(answers.map((answer) => answer.text()))
    assert.notEqual(nonces[0], nonces[1])
    answers.forEach((answer, index) => assert.ok(answer.headers.get('content-security-policy').includes(`'nonce-${nonces[index]}'`)))
  }))

test('what the server runs on is not told, and HSTS stays away from plain HTTP', () =>
  serving(page(), async (address) => {
    const { headers } = await fetch(address)
    assert.equal(headers.get('x-powered-by'), null)
    assert.equal(headers.get('strict-transport-security'), null)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  }))

test('over HTTPS the site stays on HTTPS', () => {
  assert.equal(headersFor({ hstsDays: 2, preload: false }, 'n', true)['Strict-Transport-Security'], 'max-age=172800; includeSubDomains')
})

test('report-only blocks nothing', () => {
  const headers = headersFor({ mode: 'report-only' }, 'n', true)
  assert.equal(headers['Content-Security-Policy'], undefined)
  assert.ok(headers['Content-Security-Policy-Report-Only'])
})

test('origins are allowed where they are named, and nowhere else', () => {
  const policy = contentSecurityPolicy({ scripts: ['https://cdn.example.com'], apis: ['wss://live.example.com'], embeddedBy: ['https://portal.example.com'] }, 'n')
  assert.match(policy, /script-src 'nonce-n' 'self' https:\/\/cdn\.example\.com 'unsafe-inline';/)
  assert.match(policy, /connect-src 'self' wss:\/\/live\.example\.com;/)
  assert.match(policy, /frame-ancestors 'self' https:\/\/portal\.example\.com/)
  assert.match(contentSecurityPolicy({ scripts: [], embeddedBy: [] }, 'n'), /'strict-dynamic'.*frame-ancestors 'none'/)
})

test('options that would break the policy are refused when the server starts', () => {
  for (const options of [{ mode: 'off' }, { hstsDays: -1 }, { preload: true, hstsDays: 30 }, { scripts: ["https://a.example; script-src *"] }]) {
    assert.throws(() => securityHeaders(options), TypeError)
  }
})

test('the defaults satisfy the check of a site', () => {
  assert.deepEqual(weaknesses(new Headers(headersFor({ mode: 'enforce', hstsDays: 365 }, 'n', true))), [])
})

test('the check names what a site lacks', () => {
  assert.ok(weaknesses(new Headers()).includes('there is no content security policy'))
  assert.ok(weaknesses(new Headers({ 'content-security-policy-report-only': "default-src 'self'" })).includes('the content security policy only reports'))
  const weak = weaknesses(new Headers({ 'content-security-policy': "script-src 'unsafe-inline' *" }))
  assert.equal(weak.length, 8)
  assert.match(weak[0], /without a nonce/)
})
${%- if variables.reports %}

const reporting = async (bodies) => {
  const reports = []
  const statuses = await serving(violationReports((report) => reports.push(report)), (address) =>
    Promise.all(bodies.map(async (body) => (await fetch(address, { method: 'POST', body })).status)))
  return { reports, statuses }
}

test('reports of both forms arrive, without the query of the page', async () => {
  const old = { 'csp-report': { 'effective-directive': 'script-src', 'blocked-uri': 'inline', 'document-uri': 'https://a.example/reset?token=1' } }
  const modern = [{ type: 'csp-violation', body: { effectiveDirective: 'img-src', blockedURL: 'https://b.example/x.png', documentURL: 'https://a.example/#k' } }, { type: 'deprecation', body: {} }]
  const { reports, statuses } = await reporting([JSON.stringify(old), JSON.stringify(modern)])
  assert.deepEqual(statuses, [204, 204])
  assert.deepEqual(reports.sort((a, b) => a.directive.localeCompare(b.directive)), [
    { directive: 'img-src', blocked: 'https://b.example/x.png', page: 'https://a.example/' },
    { directive: 'script-src', blocked: 'inline', page: 'https://a.example/reset' },
  ])
})

test('what is no report is refused', async () => {
  const { reports, statuses } = await reporting(['{', 'null', 'x'.repeat(70_000)])
  assert.deepEqual([reports, statuses], [[], [400, 204, 413]])
})
${%- endif %}
