import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm } from './npm.ts'

interface Bom { metadata: { component: { name: string } } }

/** Writes what the product is made of at run time, as CycloneDX, from the lockfile alone: the same on every machine, without a network. */
export function writeSbom(root: string, file: string): void {
  const { code, out, err } = npm(['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--package-lock-only', '--loglevel=error'], root)
  if (code !== 0) throw new Error(`npm sbom failed (npm 10 or newer has it): ${err.trim().slice(0, 500)}`)
  const bom = JSON.parse(out) as Bom
  // npm takes the folder's name.
  bom.metadata.component.name = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string }).name
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`)
}
