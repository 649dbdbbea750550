import { expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { environment } from '../../config.ts'
import { composeHint, findCompose } from '../../bin/stack/compose-parser.ts'
import { type Need, testWith } from '../support/platform.ts'

const run = promisify(execFile)
const file = join(import.meta.dirname, '../../temporal-dev.yml')
const compose = await findCompose({ env: process.env, onProgress: (line) => process.stderr.write(`${line}\n`) })
const withCompose: Need = { isMet: compose !== undefined, without: composeHint }

interface Service {
  command?: string[]
  environment?: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  ports?: { host_ip?: string }[]
}

testWith(withCompose, 'Docker Compose itself accepts temporal-dev.yml, and every port is for this machine alone', async () => {
  const [command = '', ...args] = compose ?? []
  const { stdout } = await run(command, [...args, '-f', file, 'config', '--format', 'json'])
  const { services } = JSON.parse(stdout) as { services: Record<string, Service> }
  expect(Object.keys(services).toSorted()).toEqual(['api', 'migrate', 'postgres', 'postgrest', 'redis', 'sandboxes', 'setup', 'temporal', 'worker'])
  expect(services['api']?.depends_on?.['migrate']?.condition).toBe('service_completed_successfully')
  for (const { ports = [] } of Object.values(services)) for (const port of ports) expect(port.host_ip).toBe('127.0.0.1')
}, 60_000)

testWith(withCompose, 'Docker Compose refuses a broken copy of it', async () => {
  const [command = '', ...args] = compose ?? []
  const broken = readFileSync(file, 'utf8').replace('service_completed_successfully', 'service_done')
  const child = run(command, [...args, '-f', '-', 'config', '--quiet'])
  child.child.stdin?.end(broken)
  await expect(child).rejects.toThrow(/service_done|depends_on/)
}, 60_000)

const declared = parse(readFileSync(file, 'utf8'), { merge: true }) as { services: Record<string, Service> }

test('API and worker in Docker get an environment that the configuration accepts', () => {
  for (const name of ['api', 'worker'] as const) {
    const env = declared.services[name]?.environment ?? {}
    const values = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value).replace(/\$\{\w+:-([^}]*)\}/g, '$1')]))
    expect(environment.safeParse(values).error?.issues ?? []).toEqual([])
  }
})

test('the Temporal server in Docker is tuned like the embedded one', () => {
  const source = readFileSync(join(import.meta.dirname, '../../bin/stack/temporal.ts'), 'utf8')
  const tuned = [...source.matchAll(/'((?:history|matching)\.\w+=\w+|journal_mode=\w+|synchronous=\w+)'/g)].map(([, value]) => value ?? '')
  expect(tuned).toHaveLength(8)
  for (const value of tuned) expect(declared.services['temporal']?.command).toContainEqual(expect.stringMatching(new RegExp(`^--[\\w-]+=${value.replaceAll('.', '\\.')}$`)))
})
