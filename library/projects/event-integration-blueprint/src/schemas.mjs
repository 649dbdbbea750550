import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { breaks } from './compatible.mjs'

/** The versions of each event, in their order. */
export const readSchemas = (folder) => readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => ({
  event: name,
  versions: readdirSync(join(folder, name)).filter((file) => /^\d+\.json$/.test(file)).map((file) => ({ number: Number.parseInt(file, 10), schema: JSON.parse(readFileSync(join(folder, name, file), 'utf8')) })).sort((a, b) => a.number - b.number),
}))

/** What is wrong with a set of events: numbers that are missing, and versions that break the one before. */
export const problems = (events) => events.flatMap(({ event, versions }) => [
  ...(/^[a-z]+(-[a-z]+)+$/.test(event) ? [] : [`${event}: call it a thing and what happened to it, such as order-placed`]),
  ...versions.flatMap(({ number }, index) => (number === index + 1 ? [] : [`${event}: version ${index + 1} is missing before ${number}`])).slice(0, 1),
  ...versions.slice(1).flatMap(({ number, schema }, index) => breaks(versions[index].schema, schema).map((sentence) => `${event} ${number}: ${sentence}`)),
])
