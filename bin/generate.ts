/** Writes what is generated from the sources and committed: the JSON Schemas and .env.example. */
import { writeFileSync } from 'node:fs'
import { envExample } from '../config.ts'
import { jsonSchemaOf, schemaNames } from '../contracts/schemas.ts'

const root = new URL('../', import.meta.url)

export const generated: readonly { path: string; text: () => string }[] = [
  ...schemaNames.map((name) => ({ path: `contracts/schemas/${name}.schema.json`, text: () => `${JSON.stringify(jsonSchemaOf(name), null, 2)}\n` })),
  { path: '.env.example', text: envExample },
]

// Run by Node, or by the bootstrap in its own process.
if (import.meta.main) {
  for (const { path, text } of generated) {
    writeFileSync(new URL(path, root), text())
    console.log(`wrote ${path}`)
  }
}
