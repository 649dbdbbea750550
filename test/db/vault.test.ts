import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { Unreadable, createVault } from '../../db/vault.ts'

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64')
const vault = createVault({ key: key(1), oldKeys: [] })

describe('the vault', () => {
  test('opens what it sealed, and never seals alike', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.uuid(), (text, tenant) => {
      const sealed = vault.seal(tenant, text)
      expect(vault.open(tenant, sealed)).toBe(text)
      expect(vault.seal(tenant, text).equals(sealed)).toBe(false)
      if (text.length > 4) expect(sealed.includes(text)).toBe(false)
    }))
  })

  test('opens nothing for another tenant', () => {
    expect(() => vault.open('theirs', vault.seal('ours', 'secret'))).toThrow(Unreadable)
  })

  test('notices any changed byte', () => {
    const sealed = vault.seal('ours', 'secret')
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => vault.open('ours', changed)).toThrow(Unreadable)
    }
    for (const length of [0, 7, 20, 36]) expect(() => vault.open('ours', sealed.subarray(0, length))).toThrow(Unreadable)
  })

  test('after a rotation opens the old and seals with the new', () => {
    const sealed = vault.seal('ours', 'secret')
    const rotated = createVault({ key: key(2), oldKeys: [key(1)] })
    expect(rotated.open('ours', sealed)).toBe('secret')
    expect(rotated.isCurrent(sealed)).toBe(false)
    const again = rotated.seal('ours', 'secret')
    expect(rotated.isCurrent(again)).toBe(true)
    expect(() => vault.open('ours', again)).toThrow(/No key [0-9a-f]{8}: add it to ENCRYPTION_OLD_KEYS/)
    expect(createVault({ key: key(3), oldKeys: [key(2), key(1)] }).open('ours', sealed)).toBe('secret')
  })

  test('fingerprints outlive a rotation, tell tenants and texts apart, and need the key', () => {
    const print = vault.fingerprint('ours', 'secret')
    expect(print).toMatch(/^[0-9a-f]{64}$/)
    expect(createVault({ key: key(2), oldKeys: [key(1)] }).fingerprint('ours', 'secret')).toBe(print)
    expect(createVault({ key: key(3), oldKeys: [key(2), key(1)] }).fingerprint('ours', 'secret')).toBe(print)
    expect(new Set([print, vault.fingerprint('theirs', 'secret'), vault.fingerprint('ours', 'secret2'), createVault({ key: key(9), oldKeys: [] }).fingerprint('ours', 'secret')]).size).toBe(4)
  })
})
