import { randomBytes } from 'node:crypto'

const day = 24 * 60 * 60

/** What holds where a caller says nothing else. */
export const defaults = Object.freeze({
  mode: '${{ variables.mode }}',
  scripts: ${{ variables.scripts | json }},
  apis: ${{ variables.apis | json }},
  embeddedBy: ${{ variables.embeddedBy | json }},
  hstsDays: ${{ variables.hstsDays }},
  preload: false,
  reportTo: ${% if variables.reports %}'/csp-reports'${% else %}undefined${% endif %},
})

/**
 * The content security policy for one answer.
 * `unsafe-inline` is for browsers that know no nonces: all others ignore it beside one.
 */
export function contentSecurityPolicy(options, nonce) {
  const { scripts, apis, embeddedBy, reportTo } = { ...defaults, ...options }
  const directives = {
    'default-src': ["'self'"],
    // 'strict-dynamic' makes browsers ignore origins, so it stands only where none are allowed.
    'script-src': [`'nonce-${nonce}'`, ...(scripts.length > 0 ? ["'self'", ...scripts] : ["'strict-dynamic'"]), "'unsafe-inline'"],
    'style-src': ["'self'", `'nonce-${nonce}'`],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'", ...apis],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': embeddedBy.length > 0 ? ["'self'", ...embeddedBy] : ["'none'"],
    ...(reportTo === undefined ? {} : { 'report-to': ['csp'], 'report-uri': [reportTo] }),
  }
  return Object.entries(directives).map(([name, values]) => [name, ...values].join(' ')).join('; ')
}

/** All headers of one answer. `secure` tells whether it goes out over HTTPS. */
export function headersFor(options, nonce, secure) {
  const settings = { ...defaults, ...options }
  const hsts = [`max-age=${settings.hstsDays * day}`, 'includeSubDomains', ...(settings.preload ? ['preload'] : [])].join('; ')
  return {
    [settings.mode === 'enforce' ? 'Content-Security-Policy' : 'Content-Security-Policy-Report-Only']: contentSecurityPolicy(settings, nonce),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'X-Content-Type-Options': 'nosniff',
    ...(settings.reportTo === undefined ? {} : { 'Reporting-Endpoints': `csp="${settings.reportTo}"` }),
    ...(secure ? { 'Strict-Transport-Security': hsts } : {}),
  }
}

function check({ mode, hstsDays, preload, scripts, apis, embeddedBy }) {
  if (mode !== 'enforce' && mode !== 'report-only') throw new TypeError(`mode is ${JSON.stringify(mode)}: use "enforce" or "report-only"`)
  if (!Number.isInteger(hstsDays) || hstsDays < 0) throw new TypeError(`hstsDays is ${hstsDays}: use a whole number of days`)
  if (preload && hstsDays < 365) throw new TypeError('preload needs hstsDays of 365 or more: browsers refuse the list otherwise')
  const spoilt = [...scripts, ...apis, ...embeddedBy].find((origin) => !/^(https|wss):\/\/[^\s;,'"]+$/.test(origin))
  if (spoilt !== undefined) throw new TypeError(`${JSON.stringify(spoilt)} is no origin: use https:// and a host, without spaces or semicolons`)
}

/** Middleware `(request, response, next)`. The nonce is in `response.locals.cspNonce`. Wrong options throw at once, not at the first request. */
export function securityHeaders(options = {}) {
  check({ ...defaults, ...options })
  return (request, response, next) => {
    const nonce = randomBytes(16).toString('base64')
    // `request.secure` is Express's, which heeds its "trust proxy".
    const secure = request.secure ?? request.socket.encrypted === true
    for (const [name, value] of Object.entries(headersFor(options, nonce, secure))) response.setHeader(name, value)
    response.removeHeader('X-Powered-By')
    response.locals = Object.assign(response.locals ?? {}, { cspNonce: nonce })
    next?.()
  }
}
${%- if variables.reports %}

const mostBytes = 64 * 1024

const simplified = ({ body = {}, ...legacy }) => {
  const old = legacy['csp-report']
  return old
    ? { directive: old['effective-directive'] ?? old['violated-directive'], blocked: old['blocked-uri'], page: old['document-uri'] }
    : { directive: body.effectiveDirective, blocked: body.blockedURL, page: body.documentURL }
}

async function read(request) {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    // What is too long is read to its end and not kept: to break off would cut the answer off, too.
    if (size <= mostBytes) chunks.push(chunk)
  }
  return size > mostBytes ? undefined : Buffer.concat(chunks).toString('utf8')
}

/** Takes reports of both forms (`application/reports+json` and the old `application/csp-report`). The page's query is cut off: it may hold secrets. */
export function violationReports(onReport) {
  return async (request, response) => {
    const answer = (status) => { response.statusCode = status; response.end() }
    const text = await read(request)
    if (text === undefined) return answer(413)
    let parsed
    try {
      parsed = JSON.parse(text)
    } catch {
      return answer(400)
    }
    const violations = [parsed].flat().filter((one) => one !== null && typeof one === 'object' && (one['csp-report'] !== undefined || one.type === 'csp-violation'))
    for (const { page, ...rest } of violations.map(simplified)) onReport({ ...rest, page: String(page ?? '').split(/[?#]/)[0] })
    return answer(204)
  }
}
${%- endif %}
