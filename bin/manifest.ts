import { readFileSync } from 'node:fs'
import { z } from 'zod'

const manifest = z.object({ name: z.string(), version: z.string() })

/** What a package.json says of its package. */
export const readManifest = (file: string | URL): z.infer<typeof manifest> => manifest.parse(JSON.parse(readFileSync(file, 'utf8')))
