import { existsSync } from 'node:fs'
import { readManifest } from './manifest.ts'

const beside = new URL('../package.json', import.meta.url)
const file = existsSync(beside) ? beside : new URL('../../package.json', import.meta.url)

/** Slipway's own version. */
export const { version } = readManifest(file)
