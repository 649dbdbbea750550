import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode } from '@temporalio/worker'
import { writeSbom } from './sbom.ts'
import { startTracing } from './telemetry/tracing.ts'
import { version } from './version.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
rmSync(`${root}dist`, { recursive: true, force: true })
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.build.json`], { stdio: 'inherit' })
const { plugin } = startTracing({ service: 'slipway-build', version, endpoint: undefined })
const { code } = await bundleWorkflowCode({ workflowsPath: `${root}workflows`, plugins: [plugin], logger: { ...console, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error, log() {} } })
writeFileSync(`${root}dist/workflow-bundle.js`, code)
writeSbom(root, `${root}dist/sbom.cdx.json`)
console.log(`Built ${root}dist`)
