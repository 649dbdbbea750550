/** Writes what is generated from the sources and committed: the JSON Schemas, .env.example, and what the client knows of the API. */
import { writeFileSync } from 'node:fs'
import { jsonSchemaOf, schemaNames } from '../contracts/schemas.ts'
import { apiTypes, unkeptPaths } from './client-types.ts'
import { envExample } from './config-text.ts'

const root = new URL('../', import.meta.url)

export const generated: readonly { path: string; text: () => string | Promise<string> }[] = [
  ...schemaNames.map((name) => ({ path: `contracts/schemas/${name}.schema.json`, text: () => `${JSON.stringify(jsonSchemaOf(name), null, 2)}\n` })),
  { path: '.env.example', text: envExample },
  { path: 'client/generated/api.ts', text: apiTypes },
  { path: 'client/generated/keeps-no-answer.ts', text: unkeptPaths },
]

// Run by Node, or by the bootstrap in its own process.
if (import.meta.main) {
  for (const { path, text } of generated) {
    writeFileSync(new URL(path, root), await text())
    console.log(`wrote ${path}`)
  }
}
