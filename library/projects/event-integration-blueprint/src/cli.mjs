import { join } from 'node:path'
import { problems, readSchemas } from './schemas.mjs'

const events = readSchemas(process.argv[2] ?? join(import.meta.dirname, '../schemas'))
const found = problems(events)
for (const sentence of found) console.error(sentence)
console.log(`${events.length} events, ${events.reduce((sum, { versions }) => sum + versions.length, 0)} versions, ${found.length} breaks`)
if (found.length > 0) console.error('A break needs a new type beside the old one: make a folder of its own.')
process.exitCode = found.length > 0 ? 1 : 0
