import { lookup } from 'node:dns/promises'
import { isPrivateAddress } from '../private-address.ts'

/**
 * The address to which a program that is not ours must go, so that the name cannot point elsewhere a moment after it was checked.
 * `problem`: why it must not go there.
 */
export async function publicAddress(hostname: string): Promise<{ address: string } | { problem: string }> {
  const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => [])
  const [first] = addresses
  if (!first) return { problem: `${hostname} does not resolve` }
  if (addresses.some(({ address }) => isPrivateAddress(address))) return { problem: `${hostname} is in a private network` }
  return { address: first.address }
}
