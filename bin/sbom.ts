import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm } from './npm.ts'

interface Component { 'bom-ref': string; name: string; version: string }
interface Bom { metadata: { component: { name: string } }; components: Component[]; dependencies: { ref: string; dependsOn: string[] }[] }
interface Locked { version?: string; dev?: boolean; devOptional?: boolean }

/** `name@version` of everything that is there for more than development. */
function atRunTime(root: string): Set<string> {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
  return new Set(Object.entries(packages).flatMap(([path, { version = '', dev, devOptional }]) => (path === '' || dev || devOptional ? [] : [`${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`])))
}

/** Writes what the product is made of at run time, as CycloneDX, from the lockfile alone: the same on every machine, without a network. */
export function writeSbom(root: string, file: string): void {
  const { code, out, err } = npm(['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--loglevel=error'], root)
  if (code !== 0) throw new Error(`npm sbom failed (npm 10 or newer has it): ${err.trim().slice(0, 500)}`)
  const bom = JSON.parse(out) as Bom
  // With --omit=dev npm leaves out what development uses too, and takes the folder's name for the product's.
  const wanted = atRunTime(root)
  bom.components = bom.components.filter(({ name, version }) => wanted.has(`${name}@${version}`))
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string }
  bom.metadata.component.name = name
  const refs = new Set(bom.components.map((one) => one['bom-ref']))
  bom.dependencies = bom.dependencies.filter(({ ref }) => refs.has(ref) || ref.startsWith(`${name}@`)).map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }))
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`)
}
