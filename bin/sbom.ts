import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readManifest } from './manifest.ts'
import { npm } from './npm.ts'

interface Component { 'bom-ref': string; name: string; version: string }
interface Bom { metadata: { component: { name: string } }; components: Component[]; dependencies: { ref: string; dependsOn: string[] }[] }
const lockfile = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional(), dev: z.boolean().optional(), devOptional: z.boolean().optional() })) })

/** `name@version` of everything that is there for more than development. */
function atRunTime(root: string): Set<string> {
  const { packages } = lockfile.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  return new Set(Object.entries(packages).flatMap(([path, { version = '', dev, devOptional }]) => (path === '' || dev || devOptional ? [] : [`${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`])))
}

/** Writes what the product is made of at run time, as CycloneDX, from the lockfile alone: the same on every machine, without a network. */
export function writeSbom(root: string, file: string): void {
  const { code, out, err } = npm(['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--loglevel=error'], root)
  if (code !== 0) throw new Error(`npm sbom failed (npm 10 or newer has it): ${err.trim().slice(0, 500)}`)
  const bom: Bom = JSON.parse(out)
  // With --omit=dev npm leaves out what development uses too, and takes the folder's name for the product's.
  const wanted = atRunTime(root)
  bom.components = bom.components.filter(({ name, version }) => wanted.has(`${name}@${version}`))
  const { name } = readManifest(join(root, 'package.json'))
  bom.metadata.component.name = name
  const refs = new Set(bom.components.map((one) => one['bom-ref']))
  bom.dependencies = bom.dependencies.filter(({ ref }) => refs.has(ref) || ref.startsWith(`${name}@`)).map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }))
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`)
}
