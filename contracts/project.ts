import { z } from 'zod'

/** What a project template may hold. A body of 16 MiB carries the largest of them. */
export const projectLimits = { files: 2_000, fileBytes: 2_000_000, bytes: 10_000_000, pathCharacters: 1_000, segmentBytes: 255, depth: 32, untranslated: 1_000 } as const

export const projectFile = z.strictObject({
  path: z.string().min(1).max(projectLimits.pathCharacters).meta({ description: 'Relative, with slashes; may hold expressions. A name of which a part renders to nothing drops the file' }),
  content: z.string().meta({ description: 'Text, rendered; or bytes in base64, copied' }),
  encoding: z.enum(['utf8', 'base64']).optional(),
  literal: z.boolean().optional().meta({ description: 'The content is copied as it is' }),
  executable: z.boolean().optional(),
  templateOnly: z.boolean().optional().meta({ description: 'Describes the template, such as its README or examples: kept and exported with it, but no part of a project' }),
})
export type ProjectFile = z.infer<typeof projectFile>

/** As a manifest spells it: `- fastapi: "^0.104.0"`. */
export const dependency = z.record(z.string().min(1).max(200), z.string().max(200)).refine((one) => Object.keys(one).length === 1, 'is one name with its range')

export const untranslated = z.strictObject({
  file: z.string(),
  line: z.int().min(1),
  what: z.string(),
  stops: z.boolean().meta({ description: 'true: a project that needs this place cannot be made; false: it can, without what stands there' }),
})
export type Untranslated = z.infer<typeof untranslated>

export const projectName = z.string().max(100).regex(/^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]*[\p{L}\p{N}_-])?$/u, 'letters, digits, spaces, dots, dashes and underscores, with a letter or digit first and no space or dot last')

/** `manifest.yaml` of a template's directory. */
export const manifest = z.strictObject({
  name: z.string(),
  version: z.string().optional(),
  description: z.string().optional(),
  category: z.string().optional(),
  author: z.string().optional(),
  tags: z.array(z.string()).optional(),
  dependencies: z.array(dependency).optional(),
  files: z.array(z.string().min(1)).optional().meta({ description: 'What a project consists of: files, or directories with a slash at the end. Default: everything but examples/' }),
  quality_score: z.number().min(0).max(100).optional().meta({ description: 'Read and not believed: scores are computed' }),
})

export type ProjectManifest = z.output<typeof manifest>

/** `slipway.yaml` beside it: what a manifest has no field for. */
export const projectSettings = z.strictObject({
  variables: z.record(z.string(), z.unknown()).optional(),
  delimiters: z.record(z.string(), z.unknown()).optional(),
  literal: z.array(z.string().min(1)).optional().meta({ description: 'Files that are copied as they are: patterns as in .gitignore' }),
  meta: z.record(z.string(), z.unknown()).optional(),
  untranslated: z.array(untranslated).optional(),
})
export type ProjectSettings = z.output<typeof projectSettings>
