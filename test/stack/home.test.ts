import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { holderOf, openHome } from '../../bin/stack/home.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-home-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

test('the secrets of a home are made once and are for its owner alone', () => {
  const at = join(folder, 'home')
  const first = openHome(at)
  expect(openHome(at).secrets).toEqual(first.secrets)
  expect(Buffer.from(first.secrets.encryptionKey, 'base64')).toHaveLength(32)
  expect(statSync(join(at, 'secrets.json')).mode & 0o777).toBe(0o600)
  expect(statSync(at).mode & 0o777).toBe(0o711)
})

const kept = '{"jwtSecret":"jwt-hush","encryptionKey":"key-hush"}'
test.each([
  ['cut short', kept.slice(0, -4), 'it is not JSON'],
  ['with a word too many', `hush ${kept}`, 'it is not JSON'],
  ['empty', '', 'it is not JSON'],
  ['a list', '["hush"]', 'it is no JSON object'],
  ['with a number and a list for texts', '{"jwtSecret":4711,"encryptionKey":["hush"]}', 'jwtSecret, encryptionKey must be text'],
])('secrets.json that is %s is named with the way out, not quoted, and stays as it is', (_, content, why) => {
  const file = join(folder, 'secrets.json')
  writeFileSync(file, content)
  expect(() => openHome(folder)).toThrow(new Error(`${file} cannot be read: ${why}. Restore it from a backup: without it the stored secrets cannot be decrypted.`))
  expect(readFileSync(file, 'utf8')).toBe(content)
})

test('secrets.json that the system does not give is named too', () => {
  mkdirSync(join(folder, 'secrets.json'))
  expect(() => openHome(folder)).toThrow(`${join(folder, 'secrets.json')} cannot be read: EISDIR. Restore it`)
})

test.each([
  ['nothing', undefined, ''],
  ['no process', { apiUrl: 'http://127.0.0.1:8005' }, ' (API http://127.0.0.1:8005)'],
  ['no supervisor', { apiUrl: 'http://127.0.0.1:8005', pids: { api: 2 } }, ' (API http://127.0.0.1:8005)'],
  ['no address', { pids: { supervisor: 7 } }, ' (supervisor 7)'],
  ['all', { apiUrl: 'http://127.0.0.1:8005', pids: { supervisor: 7 } }, ' (supervisor 7, API http://127.0.0.1:8005)'],
])('where stack.json says %s of the holder, no more is told', (_, stack, told) => {
  if (stack !== undefined) writeFileSync(join(folder, 'stack.json'), JSON.stringify(stack))
  expect(holderOf(folder)).toBe(told)
})
