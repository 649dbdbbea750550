import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { blocksOf } from '../readme/markdown.ts'
import { type TestStack, startStack } from '../support/stack.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'slipway-sdk-'))
let stack: TestStack
beforeAll(async () => { stack = await startStack({ supabase: false }) }, 120_000)
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await stack.close()
})

test('the blocks of docs/sdk.md run as they stand there', async () => {
  const blocks = blocksOf(readFileSync(join(root, 'docs/sdk.md'), 'utf8')).filter(({ language }) => language === 'ts')
  expect(blocks.length).toBeGreaterThan(5)
  const script = join(folder, 'page.mts')
  writeFileSync(script, blocks.map(({ text }) => text).join('\n').replace("'./client/", `'${pathToFileURL(root).href}/client/`))
  const env = { ...process.env, SLIPWAY_URL: stack.api, SLIPWAY_TOKEN: await stack.token() }
  const said = await new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [script], { env }, (error, out, err) => { resolve({ code: error?.code ?? 0, out, err }) })
  })
  expect(said).toMatchObject({ code: 0, err: '' })
  expect(said.out).toMatch(/^default\nsdk-demo 1\.0\.0\n1 null\ntrue\nqueued [^]*success Deployed\nn8n workflow http\S+\n1\nthere is one already\n$/)
}, 90_000)
