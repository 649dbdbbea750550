import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { configTable } from '../../bin/config-text.ts'
import { shared } from '../support/shared.ts'
import { blocksOf, missingFiles, shapeOf } from './markdown.ts'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = blocksOf(readme)
const home = join(mkdtempSync(join(tmpdir(), 'slipway-readme-')), 'home')
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|PORT$|SERVICE_PORT$|DATABASE_URL$|TEMPORAL_|PG_PORT$|JWT_|SECRET_KEY$|ENCRYPTION_|NODE_ENV$|NODE_OPTIONS$|JEST_)/.test(name)))

interface Ran { code: number | null; out: string; err: string }

let start: ChildProcess
let said = ''
/** What each bash block printed, in the page's order. */
let printed: string[] = []
let tour: Ran

beforeAll(async () => {
  start = spawn('npm', ['start'], {
    cwd: root, stdio: ['ignore', 'pipe', 'pipe'],
    // The default policy would park a step after half a minute.
    env: { ...clean, SLIPWAY_HOME: home, TEMPORAL_CLI_PATH: shared().cli, PROVIDER_RETRY_INITIAL_MS: '50', PROVIDER_RETRY_MAX_MS: '200' },
  })
  for (const stream of [start.stdout, start.stderr]) stream?.on('data', (chunk: Buffer) => { said += chunk.toString() })
  for (const deadline = Date.now() + 180_000; !/ready in/.test(said); await sleep(100)) {
    if (start.exitCode !== null || Date.now() > deadline) throw new Error(`npm start did not get ready:\n${said}`)
  }
  tour = await runTour()
}, 320_000)

afterAll(async () => {
  if (start.exitCode === null) {
    const ended = new Promise((resolve) => start.once('exit', resolve))
    start.kill('SIGTERM')
    await ended
  }
  rmSync(join(home, '..'), { recursive: true, force: true })
}, 30_000)

/** All bash blocks as one script, as a reader would paste them one after the other. */
async function runTour(): Promise<Ran> {
  const mark = '@@ block'
  const script = blocks.filter(({ language }) => language === 'bash').map(({ text }) => `${text}\nprintf '\\n${mark}\\n'\n`).join('')
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env: { ...clean, SLIPWAY_HOME: home }, stdio: ['ignore', 'pipe', 'pipe'], timeout: 110_000 })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString() })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  printed = out.split(`\n${mark}\n`)
  return { code, out, err }
}

test('npm start prints the table of what it deployed and the addresses that the README shows', () => {
  for (const provider of ['retell', 'n8n', 'ghl']) expect(said).toMatch(new RegExp(`^${provider} .*https?://`, 'm'))
  const shown = blocks.find(({ section, language }) => section === 'Run it' && language === 'text')?.text ?? ''
  for (const line of shown.trim().split('\n')) expect(said).toContain(line.split(/\s{2,}/)[0])
  expect(said).toContain('npm run token -- --role operator')
})

test('every bash block of the README runs, one after the other', () => {
  if (tour.code !== 0) {
    const [log = ''] = ['api.log', 'worker.log'].map((name) => readFileSync(join(home, 'logs', name), 'utf8').split('\n').filter((line) => /"level":(50|"error")/.test(line)).join('\n')).filter(Boolean)
    throw new Error(`exit code ${String(tour.code)} after:\n${tour.out.slice(-3_000)}\n${tour.err.slice(-3_000)}\n${log.slice(-3_000)}`)
  }
  const count = blocks.filter(({ language }) => language === 'bash').length
  expect(count).toBeGreaterThan(10)
  expect(printed).toHaveLength(count + 1)
})

const shown = blocks.flatMap((block, at) => {
  const before = blocks[at - 1]
  return before?.language === 'bash' && (block.language === 'text' || block.language === 'json') ? [[blocks.slice(0, at).filter(({ language }) => language === 'bash').length - 1, block.text] as const] : []
})

test.each(shown)('block %i prints what the README shows', (at, text) => {
  expect(printed[at]?.trim()).toMatch(shapeOf(text))
})

test('the shape of an output takes other ids and times, but no other words', () => {
  const shape = shapeOf('{ "id": "b7f8a1d3-2f0e-4b7e-9d52-6f0f3a9b1c11" } … done')
  expect('{ "id": "00000000-0000-4000-8000-000000000000" } in 3 s: done').toMatch(shape)
  expect('{ "id": "b7f8a1d3" } … done').not.toMatch(shape)
  expect('{ "id": "b7f8a1d3-2f0e-4b7e-9d52-6f0f3a9b1c11" } … failed').not.toMatch(shape)
})

test('the README deploys the reader\'s own export in one curl, and it arrives as it was', async () => {
  const [own] = blocks.filter(({ text }) => text.includes('docs/examples/call-me-back.json'))
  expect(own?.language).toBe('bash')
  expect(own?.text.match(/\bcurl\b/g)).toHaveLength(1)
  const { sandboxes } = JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')) as { sandboxes: { n8n: string } }
  const { resources } = (await (await fetch(`${sandboxes.n8n}/__state`)).json()) as { resources: { type: string; name: string; body: { nodes: unknown; connections: unknown } }[] }
  const sent = JSON.parse(readFileSync(join(root, 'docs/examples/call-me-back.json'), 'utf8')) as { nodes: unknown; connections: unknown }
  const there = resources.find(({ type, name }) => type === 'workflow' && name.startsWith('Call me back'))
  expect(there?.body.nodes).toEqual(sent.nodes)
  expect(there?.body.connections).toEqual(sent.connections)
})

test('the README has its sections', () => {
  const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
  expect(headings).toEqual(['Words', 'Run it', 'A first tour', 'Use it', 'Follow one deployment', 'Operate it', 'Configuration', 'Production'])
  for (const order of ['retry', 'skip', 'resolve', 'cancel']) expect(readme).toContain(`--name ${order} --input`)
})

test('what is not run here is what starts, tests and ships the product', () => {
  expect(new Set(blocks.filter(({ language }) => language === 'sh' || language === 'sql').map(({ section }) => section))).toEqual(new Set(['Run it', 'Production']))
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
  for (const [, name = ''] of readme.matchAll(/npm run (?:--silent )?([a-z]+)/g)) expect(Object.keys(scripts)).toContain(name)
})

test('the table of configuration is the one of the code', () => {
  expect(readme).toContain(`\n${configTable()}\n`)
})

test('every file that a page names exists', () => {
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]
  for (const page of pages) expect(missingFiles(page, readFileSync(join(root, page), 'utf8'), root)).toEqual([])
  expect(missingFiles('README.md', '[x](api/nothing.ts) `db/nothing.ts`', root)).toEqual(['api/nothing.ts', 'db/nothing.ts'])
  expect(existsSync(join(root, 'docs/providers.md'))).toBe(true)
})

test('docs/dependencies.md has one line for each dependency, and no other', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>
  const listed = [...readFileSync(join(root, 'docs/dependencies.md'), 'utf8').matchAll(/^\| `([^`]+)` \| \S/gm)].map(([, name]) => name)
  expect(listed.toSorted()).toEqual(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }).toSorted())
})
