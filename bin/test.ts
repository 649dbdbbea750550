/** `npm test`: what continuous integration runs, one step after the other. Further arguments go to jest. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { z } from 'zod'

const root = join(import.meta.dirname, '..')
const bin = join(root, 'node_modules', '.bin')
const reportFolder = mkdtempSync(join(tmpdir(), 'slipway-report-'))
const report = join(reportFolder, 'jest.json')
const jestReport = z.object({
  numPassedTests: z.number(), numFailedTests: z.number(), numPendingTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) })),
})
const node = (script: string, ...args: string[]) => [join(root, script), ...args]

/** A part of the tests covers a part of the code: the floor holds for the whole. */
const floor = process.argv.length > 2 ? [] : ['--coverageThreshold={"global":{"lines":95,"branches":95}}']

const steps: { name: string; args: string[] }[] = [
  { name: 'lint', args: node('node_modules/eslint/bin/eslint.js', '.') },
  { name: 'types', args: node('node_modules/typescript/bin/tsc', '--noEmit') },
  { name: 'build', args: node('bin/bootstrap.mjs', 'build') },
  {
    name: 'tests',
    args: [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      ...node('node_modules/jest/bin/jest.js', '--coverage', '--json', `--outputFile=${report}`, ...floor, ...process.argv.slice(2)),
    ],
  },
]

function run(args: string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, NODE_ENV: 'test' },
    })
    const forward = (signal: NodeJS.Signals) => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward)
    child.once('exit', (code) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, forward)
      resolve(code ?? 1)
    })
  })
}

let code = 0
for (const { name, args } of steps) {
  const started = Date.now()
  console.log(`── ${name}`)
  code = await run(args)
  console.log(`── ${name}: ${code === 0 ? 'ok' : `exit code ${code}`}, ${((Date.now() - started) / 1000).toFixed(1)} s`)
  if (name === 'tests') closingLine()
  if (code !== 0) break
}
rmSync(reportFolder, { recursive: true, force: true })
process.exit(code)

function closingLine(): void {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, testResults } = jestReport.parse(JSON.parse(readFileSync(report, 'utf8')))
    // A file that does not even load has no tests to fail: it counts as one.
    const broken = testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'))
    for (const { assertionResults } of testResults) for (const one of assertionResults) if (one.status === 'pending') console.log(`skipped: ${one.fullName}`)
    console.log(`${numPassedTests} passed, ${numFailedTests + broken.length} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''}`)
  } catch {
    console.log('0 passed, 1 failed (jest wrote no report)')
    code ||= 1
  }
}
