#!/usr/bin/env node
/** The command `slipway`: the bootstrap with that verb. */
import { fileURLToPath } from 'node:url'

process.argv.splice(1, 1, fileURLToPath(new URL('bootstrap.mjs', import.meta.url)), 'slipway')
await import('./bootstrap.mjs')
