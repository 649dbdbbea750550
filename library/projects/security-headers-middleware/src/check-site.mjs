import { pathToFileURL } from 'node:url'

const policyName = 'content-security-policy'

/** What an answer's headers lack, most urgent first. Takes anything with `get(name)`. */
export function weaknesses(headers) {
  const found = []
  const policy = headers.get(policyName)
  const directives = new Map((policy ?? '').split(';').map((part) => part.trim().split(/\s+/)).map(([name, ...values]) => [name, values]))
  const scripts = directives.get('script-src') ?? directives.get('default-src') ?? []
  const hasNonce = scripts.some((value) => /^'(nonce|sha\d+)-/.test(value))
  if (!policy) found.push(headers.get(`${policyName}-report-only`) ? 'the content security policy only reports' : 'there is no content security policy')
  else {
    if (scripts.includes("'unsafe-inline'") && !hasNonce) found.push("script-src allows 'unsafe-inline' without a nonce: injected script runs")
    if (scripts.some((value) => value === '*' || value === 'https:') && !scripts.includes("'strict-dynamic'")) found.push('script-src allows every origin')
    if (!directives.has('object-src') && !directives.has('default-src')) found.push('object-src is open')
    if (!directives.has('base-uri')) found.push('base-uri is open: an injected <base> moves every relative script')
    if (!directives.has('frame-ancestors') && !headers.get('x-frame-options')) found.push('anybody may frame the page')
  }
  const age = Number(/max-age=(\d+)/.exec(headers.get('strict-transport-security') ?? '')?.[1] ?? 0)
  if (age < 180 * 24 * 60 * 60) found.push('HTTPS is not held for 180 days')
  if (headers.get('x-content-type-options') !== 'nosniff') found.push('types are sniffed')
  if (!headers.get('referrer-policy')) found.push('paths leak to other sites as referrer')
  return found
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const address = process.argv[2]
  if (!address) throw new Error('Say which site: npm run check -- https://www.example.org')
  const { headers } = await fetch(address, { redirect: 'follow' })
  const found = weaknesses(headers)
  console.log(found.length === 0 ? `${address} lacks nothing that is checked` : found.map((one) => `- ${one}`).join('\n'))
  process.exitCode = found.length === 0 ? 0 : 1
}
