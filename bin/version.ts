import { existsSync, readFileSync } from 'node:fs'

const beside = new URL('../package.json', import.meta.url)
const file = existsSync(beside) ? beside : new URL('../../package.json', import.meta.url)

/** Slipway's own version. */
export const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
