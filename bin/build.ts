import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { writeSbom } from './sbom.ts'
import { bundleWorkflows } from './workflow-bundle.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
rmSync(`${root}dist`, { recursive: true, force: true })
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.build.json`], { stdio: 'inherit' })
writeFileSync(`${root}dist/workflow-bundle.js`, await bundleWorkflows())
writeSbom(root, `${root}dist/sbom.cdx.json`)
console.log(`Built ${root}dist`)
