import { stringify } from 'yaml'
import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { canonical } from './canonical.ts'
import { isObject, parseContent } from './content.ts'
import { templateFile } from './template-place.ts'

/** One file of a template, below its folder. */
export interface TemplateFile {
  path: string
  content: string
}

/** Beyond this YAML takes too long to write and to read; JSON is YAML too. */
const mostYaml = 64 * 1024
/** Indentation may make of little content a text that nothing can hold. */
const mostTimes = 8
const order = ['kind', 'name', 'meta', 'variables', 'delimiters', 'resources', 'initialization']

/** The keys of objects in the order of the alphabet, those of the artifact in the order of a reader. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key] as Json)]))
}

function ordered(artifact: JsonObject): JsonObject {
  const rest = Object.keys(artifact).filter((key) => !order.includes(key)).sort()
  return Object.fromEntries([...order, ...rest].flatMap((key) => (artifact[key] === undefined ? [] : [[key, sorted(artifact[key])]])))
}

function readable(content: JsonObject): string {
  const dense = JSON.stringify(content)
  if (dense.length > mostYaml) return `${indented(content, dense)}\n`
  const yaml = stringify(content, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2', schema: 'core' })
  return reads(yaml, content) ? yaml : `${indented(content, dense)}\n`
}

const indented = (content: JsonObject, dense: string): string => (indentation(content) > mostTimes * dense.length ? dense : JSON.stringify(content, undefined, 2))

/** Signs that indenting by two adds. */
function indentation(value: Json, depth = 1): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, one) => sum + 2 * depth + 1 + indentation(one, depth + 1), 0)
}

/** Whether a text means what it was written for: YAML has corners in which it does not. */
function reads(text: string, content: JsonObject): boolean {
  try {
    return canonical(parseContent(text)) === canonical(content)
  } catch {
    return false
  }
}

/** What a template says, whatever its version is called. */
export function contentOf({ version: _, ...content }: Partial<TemplateArtifact>): JsonObject {
  return content as unknown as JsonObject
}

/**
 * A template as files to be read, compared and edited. Its version is none of them: an edit needs no new number, and the commit names the one it had.
 * Equal templates, equal files.
 */
export const toFiles = (artifact: TemplateArtifact): TemplateFile[] => [{ path: templateFile, content: readable(ordered(contentOf(artifact))) }]

/** What the files say, unchecked. Throws with the parser's sentence. */
export function fromFiles(files: readonly TemplateFile[]): Json {
  const main = files.find(({ path }) => path === templateFile)
  if (!main) throw new Error(`${templateFile} is missing`)
  return parseContent(main.content)
}
