import type { lookup as dnsLookup } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import type { LookupFunction } from 'node:net'

const privateRanges = new BlockList()
for (const [net, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 3]] as const) {
  privateRanges.addSubnet(net, bits, 'ipv4')
}
// The last five carry an IPv4 address inside, which may be a private one: https://www.iana.org/assignments/iana-ipv6-special-registry
for (const [net, bits] of [['fc00::', 7], ['fe80::', 9], ['ff00::', 8], ['100::', 64], ['::', 96], ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['2001::', 32], ['2002::', 16]] as const) privateRanges.addSubnet(net, bits, 'ipv6')

/** Loopback, link-local, private and reserved addresses, also as IPv4 in IPv6. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address
  return privateRanges.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}

const forbidden = (host: string): Error => Object.assign(new Error(`${host} is in a private network`), { code: 'EPRIVATE' })

/** Checked when the socket is opened, so that a name cannot change between check and use. */
export const guardedLookup = (lookup: typeof dnsLookup): LookupFunction => (host, options, done) => {
  lookup(host, options, (error, address, family) => {
    const all = Array.isArray(address) ? address : [{ address }]
    const bad = !error && all.some((one) => isPrivateAddress(one.address))
    done(bad ? forbidden(host) : error, address, family)
  })
}
