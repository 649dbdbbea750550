import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { networkOf } from '../../domain/network.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
  ['', ''],
  ['x'.repeat(5_000), 'x'.repeat(45)],
])('%j belongs to %j', (address, network) => { expect(networkOf(address)).toBe(network) })

const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16))

test('addresses belong together exactly when their first 64 bits are the same, however they are written', () => {
  const halves = fc.array(group, { minLength: 4, maxLength: 4 })
  fc.assert(fc.property(halves, halves, halves, halves, (net, other, one, two) => {
    const written = (first: string[], last: string[]) => [...first, ...last].join(':')
    expect(networkOf(written(net, one))).toBe(networkOf(new URL(`http://[${written(net, two)}]`).hostname.slice(1, -1)))
    expect(networkOf(written(net, one)) === networkOf(written(other, one))).toBe(net.join(':') === other.join(':'))
  }))
})

test('whatever a proxy passes on gives a short text', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f:.]{0,60}$/)), (text) => { expect(networkOf(text).length).toBeLessThanOrEqual(200) }))
})
