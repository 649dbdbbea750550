import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parsePage } from './markdown.mjs'

/** Every page below a folder, by its path with slashes. */
export const readPages = (folder) => readdirSync(folder, { recursive: true }).map((path) => path.replaceAll('\\', '/')).filter((path) => path.endsWith('.md')).sort().map((path) => ({ path, ...parsePage(readFileSync(join(folder, path), 'utf8')) }))
