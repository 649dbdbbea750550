import { lookup } from 'node:dns/promises'
import type { ProblemError } from '../contracts/errors.ts'
import { isPrivateAddress } from '../providers/private-address.ts'
import type { Provider } from '../providers/provider.ts'
import type { ActivityContext } from './context.ts'

const wrong = (message: string): ProblemError[] => [{ pointer: '/baseUrl', message }]

/** What keeps an address from being that of a provider's connection. */
export async function addressProblems({ providers }: Pick<ActivityContext, 'providers'>, { defaultBaseUrl, protocols = ['https:', 'http:'] }: Provider['connection'], baseUrl: string | null): Promise<ProblemError[]> {
  if (baseUrl === null) return defaultBaseUrl === undefined ? wrong('is required: the address of the customer\'s own server') : []
  if (baseUrl.startsWith('sandbox:')) {
    const name = baseUrl.slice('sandbox:'.length)
    return Object.hasOwn(providers.sandboxes, name) && providers.sandboxes[name] !== undefined ? [] : wrong('names no sandbox of this installation')
  }
  const { protocol, hostname } = new URL(baseUrl)
  if (!protocols.includes(protocol)) return wrong(`must begin with ${protocols.map((one) => `${one}//`).join(' or ')}`)
  return !providers.allowPrivateAddresses && (await isPrivateHost(hostname)) ? wrong('is in a private network; use a public address') : []
}

/** A name that does not resolve may do so later; what it resolves to then is checked at each connection. */
async function isPrivateHost(hostname: string): Promise<boolean> {
  const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => [])
  return addresses.some(({ address }) => isPrivateAddress(address))
}
