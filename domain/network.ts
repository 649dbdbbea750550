/**
 * Who has this address has all of it: an IPv4 address as it is, of an IPv6 address the first 64 bits. Text that is no
 * address, as a proxy may pass it on, is cut to a length that fits everywhere.
 */
export function networkOf(address: string): string {
  const mapped = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!/^[0-9a-f:]{2,39}$/i.test(address)) return address.slice(0, 45)
  const [head = '', tail] = address.toLowerCase().split('::')
  const [first, last] = [groupsIn(head), groupsIn(tail ?? '')]
  const gap = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length)
  const groups = [...first, ...Array<string>(gap).fill('0'), ...last]
  return `${groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}

const groupsIn = (part: string): string[] => part.split(':').filter(Boolean)
