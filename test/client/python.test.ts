import { afterAll, beforeAll, expect } from '@jest/globals'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blocksOf } from '../readme/markdown.ts'
import { type Need, testWith } from '../support/platform.ts'
import { type TestStack, startStack } from '../support/stack.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'slipway-python-'))
const page = readFileSync(join(root, 'docs/python.md'), 'utf8')
const block = (language: string): string => blocksOf(page).find((one) => one.language === language)?.text ?? ''
const [generator = ''] = /openapi-python-client==\S+/.exec(page) ?? []
const isThere = (...args: string[]): boolean => spawnSync('python3', args, { stdio: 'ignore', timeout: 30_000 }).status === 0
const python: Need = {
  isMet: isThere('-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))') && isThere('-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, generator),
  without: 'it needs Python 3.11 or newer with venv and pip, and a package index that pip reaches',
}

let stack: TestStack | undefined
beforeAll(async () => { if (python.isMet) stack = await startStack({ supabase: false }) }, 120_000)
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await stack?.close()
})

testWith(python, 'a Python client is generated, installed and used as docs/python.md says', async () => {
  writeFileSync(join(folder, 'slipway.yaml'), block('yaml'))
  writeFileSync(join(folder, 'deploy.py'), block('python'))
  const script = `set -euo pipefail\n${block('bash')}\npython deploy.py "$1"\n`
  const env = { ...process.env, SLIPWAY_URL: stack?.api, SLIPWAY_TOKEN: await stack?.token() }
  const said = await new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    execFile('bash', ['-c', script, 'bash', join(root, 'docs/examples/call-me-back.json')], { cwd: folder, env }, (error, out, err) => { resolve({ code: error?.code ?? 0, out, err }) })
  })
  expect(said).toMatchObject({ code: 0 })
  expect(said.out.trim().split('\n').slice(-2)).toEqual(['success', expect.stringMatching(/^n8n workflow workflow http/)])
}, 300_000)
