import { z } from 'zod'
import type { Json, JsonObject } from './json.ts'
import { dependency, projectFile, untranslated } from './project.ts'

export const kinds = ['retell', 'n8n', 'ghl', 'prompt', 'project', 'service'] as const
export const kind = z.enum(kinds)
export type Kind = z.infer<typeof kind>

/** Whatever JSON holds; a recursive zod schema would cost more than it finds. */
const anything: z.ZodType<Json> = z.any()
export const json = anything.meta({ description: 'Any JSON value' })
/** An object of any JSON values. */
export const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), anything).meta({ description: 'Any JSON object' })

/** As given: an artifact or an export. The object comes first, as zod would measure its `length` before it says that it is no text. */
export const givenContent = z.union([jsonObject, z.string().min(1)])

export const templateName = z.string().min(1).max(200).regex(/^[^\s/\\#?%](?:[^/\\#?%\n\r\t]*[^\s/\\#?%])?$/, 'letters, digits, spaces, dots, dashes; no slash, #, ? or %')
export const semver = z.string().max(64).regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[0-9A-Za-z-.]+)?(?:\+[0-9A-Za-z-.]+)?$/, 'a semantic version such as 1.2.0')
/** Logical names appear in expressions as `resources.<name>`, so they are identifiers. */
export const resourceName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a letter, then up to 63 letters, digits, dashes or underscores')

const delimiter = z.string().min(2).max(12)
export const delimiters = z.strictObject({
  output: z.tuple([delimiter, delimiter]).default(['${{', '}}']),
  tag: z.tuple([delimiter, delimiter]).default(['${%', '%}']),
})
export type Delimiters = z.infer<typeof delimiters>

export const meta = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  category: z.string().optional(),
  tags: z.array(z.string()).optional(),
  author: z.string().optional(),
  license: z.string().optional(),
}).catchall(anything)

export const resource = z.strictObject({
  provider: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/).meta({ description: 'retell, n8n, ghl, supabase or another provider that is plugged in' }),
  type: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/).meta({ description: "One of the provider's resource types" }),
  spec: jsonObject.meta({ description: 'What should exist, in the vendor\'s own words; leaves may be expressions' }),
})

const row = z.object({ key: z.string().min(1).max(500), content: json }).catchall(anything)

export const initialization = z.strictObject({ prompts: z.array(row).default([]), documents: z.array(row).default([]) })

/** A template: what should exist at which provider, and the variables that make it a client's own. */
export const templateArtifact = z.strictObject({
  kind,
  name: templateName,
  version: semver.optional(),
  meta: meta.default({}),
  variables: jsonObject.default({ type: 'object', properties: {} }).meta({ description: 'JSON Schema 2020-12 of the variables; writeOnly: true marks a secret' }),
  delimiters: delimiters.optional(),
  resources: z.record(resourceName, resource).default({}),
  initialization: initialization.default({ prompts: [], documents: [] }),
  files: z.array(projectFile).optional().meta({ description: 'Of a project template: what a project is made of' }),
  dependencies: z.array(dependency).optional().meta({ description: 'Of a project template: what its projects need' }),
  untranslated: z.array(untranslated).optional().meta({ description: 'What of a Cookiecutter or Copier template has no counterpart here' }),
}).meta({ id: 'TemplateArtifact', title: 'Template artifact' })

export type TemplateArtifact = z.infer<typeof templateArtifact>
export type ArtifactResource = z.infer<typeof resource>

/** A leaf that is rendered only when the deployment knows its values: another resource's id, or a secret. */
export interface Hole {
  /** JSON Pointer inside the spec (or the row). */
  pointer: string
  /** The template's text, which also stands at the pointer meanwhile. */
  source: string
  /** Logical names of the resources it needs. */
  resources: string[]
  /** True when a writeOnly variable goes in. */
  secret: boolean
}

export interface RenderedResource {
  provider: string
  type: string
  spec: JsonObject
  holes: Hole[]
}

export interface RenderedRow {
  row: JsonObject
  holes: Hole[]
}

/** One template version with one set of variables. Holds no secret. */
export interface Rendering {
  resources: Record<string, RenderedResource>
  initialization: { prompts: RenderedRow[]; documents: RenderedRow[] }
  delimiters?: Delimiters
  /** Knowledge-base documents that holes read, as they were. */
  kb?: Record<string, string>
}
