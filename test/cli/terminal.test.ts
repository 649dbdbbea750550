import { afterAll, beforeAll, expect } from '@jest/globals'
import { execFileSync, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { startHarness } from '../api/harness.ts'
import { makeUser, password } from '../api/people.ts'
import { type Need, testWith } from '../support/platform.ts'
import { smallTemplate } from '../support/small-plan.ts'
import { type TestStack, startStack } from '../support/stack.ts'
import { newFolder } from './slipway.ts'

const root = join(import.meta.dirname, '../..')
const folder = newFolder()
const terminal: Need = {
  isMet: process.platform === 'linux' && execFileSync('sh', ['-c', 'command -v script || true']).toString() !== '',
  without: 'it needs Linux with the program script, of the package bsdutils or util-linux',
}

let stack: TestStack | undefined
beforeAll(async () => {
  if (!terminal.isMet) return
  stack = await startStack({ supabase: false })
  await stack.call('POST', '/templates/import', { kind: 'project', content: `kind: project\nname: small\n${smallTemplate.replace(/initialization:[^]*/, '')}` })
}, 120_000)
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await stack?.close()
})

/** `slipway` at a terminal, where somebody types each answer once its question is there. */
function atTerminal(args: string, env: Record<string, string>, ...typed: [question: string, answer: string][]): Promise<{ code: number | null; said: string }> {
  const child = spawn('script', ['--quiet', '--return', '--command', `stty columns 120 rows 40; exec ${process.execPath} ${join(root, 'bin/slipway.ts')} ${args}`, '/dev/null'], { cwd: root, env: { ...process.env, TERM: 'xterm', NO_COLOR: '', FORCE_COLOR: '1', SLIPWAY_CONFIG: join(folder, 'profile.json'), ...env }, stdio: ['pipe', 'pipe', 'ignore'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    const [question, answer] = typed[0] ?? []
    if (question === undefined || !said.includes(question)) return
    typed.shift()
    child.stdin.write(answer ?? '')
  })
  return new Promise((resolve) => child.once('close', (code) => {
    child.stdin.destroy()
    resolve({ code, said })
  }))
}

testWith(terminal, 'at a terminal a deployment is asked for, and its progress changes in place', async () => {
  const env = { SLIPWAY_URL: stack?.api ?? '', SLIPWAY_TOKEN: (await stack?.token()) ?? '' }
  const deploy = 'deploy small --client asked --target n8n --set company=asked'
  const refused = await atTerminal(deploy, env, ['Deploy this for asked?', 'n\r'])
  expect([refused.code, refused.said]).toEqual([1, expect.stringMatching(/\+ n8n workflow flow create[^]*Nothing was deployed/)])
  const done = await atTerminal(deploy, env, ['Deploy this for asked?', 'y\r'])
  expect(done.code).toBe(0)
  expect(done.said).toMatch(/✔ n8n success +\u001b\S* 1 done +n8n: done/)
  const interrupted = await atTerminal(deploy.replaceAll('asked', 'left'), env, ['Deploy this for left?', '\u0003'])
  expect(interrupted.code).toBe(130)
}, 90_000)

testWith(terminal, 'a password that is typed is not shown', async () => {
  const api = await startHarness()
  const { email } = await makeUser(api, ['viewer'])
  const { code, said } = await atTerminal(`login --url ${api.url} --tenant agency --email ${email}`, {}, ['Password', `${password}\r`])
  await api.stop()
  expect([code, said]).toEqual([0, expect.stringContaining(`as ${email} of agency`)])
  expect(said).not.toContain(password)
}, 60_000)
