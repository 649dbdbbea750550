import { parse } from 'yaml'
import type { Delimiters } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { createExpressions, defaultDelimiters } from './expressions.ts'
import { isObject, parseJson } from './json.ts'
import { visitLeaves } from './render.ts'
import { repeatedKey } from './repeated-keys.ts'
import { wrapRetellExport } from './retell-export.ts'

/** YAML 1.2 whatever the document says of itself: 1.1 has merge keys, and types that JSON has not. */
const yaml = (text: string): Json => parse(text, { maxAliasCount: 50, schema: 'core', merge: false, resolveKnownTags: false, logLevel: 'error' })

function json(text: string): Json {
  const value = parseJson(text)
  const twice = repeatedKey(text)
  if (twice !== undefined) throw new Error(`${twice} stands more than once`)
  return value
}

/** JSON or YAML (1.2, at most 50 aliases). Throws with the parser's sentence. */
export function parseContent(text: string): Json {
  const trimmed = text.trimStart()
  if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) return yaml(text)
  try {
    return json(text)
  } catch (error) {
    // A flow-style YAML document starts like JSON; what is neither is reported as JSON.
    try {
      return yaml(text)
    } catch {
      throw error
    }
  }
}

/** Content that was sent, or what is wrong with it: as a sentence that goes on from its name, and as what the field must be. */
export function readObject(given: string | JsonObject): { content: JsonObject } | { problem: string; field: string } {
  try {
    const content = typeof given === 'string' ? parseContent(given) : given
    return isObject(content) ? { content } : { problem: 'must be an object', field: 'must be an object' }
  } catch (error) {
    return { problem: `is neither JSON nor YAML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}`, field: 'cannot be parsed' }
  }
}

/** Delimiters that no text of the content holds, so that every one of its strings stays literal. */
function unusedDelimiters(content: JsonObject): Delimiters {
  const texts: string[] = []
  visitLeaves(content, '', (leaf) => { if (typeof leaf === 'string' && leaf.includes('$')) texts.push(leaf) })
  const free = (delimiters: Delimiters) => !texts.some((text) => text.includes(delimiters.output[0]) || text.includes(delimiters.tag[0]))
  if (free(defaultDelimiters)) return defaultDelimiters
  for (let n = 1; ; n++) {
    const delimiters: Delimiters = { output: [`$${String(n)}{{`, `}}${String(n)}`], tag: [`$${String(n)}{%`, `%}${String(n)}`] }
    if (free(delimiters)) return delimiters
  }
}

const looksLikeN8n = (content: JsonObject): boolean => Array.isArray(content['nodes']) && isObject(content['connections'])

/** Another's name as a template's, which may not hold what has a meaning in an address. */
export function named(name: Json | undefined): { name?: string } {
  const clean = typeof name === 'string' ? name.replace(/[/\\#?%\s]+/g, ' ').slice(0, 200).trim() : ''
  return clean === '' ? {} : { name: clean }
}

/**
 * A vendor's raw export as an artifact's `{kind, name, resources, delimiters}`; any other content is answered as it is.
 * The export's text stays literal: where it holds our delimiters, the artifact declares others.
 */
export function wrapExport(content: JsonObject): JsonObject {
  if (isObject(content['resources']) || isObject(content['initialization'])) return content
  const delimiters = unusedDelimiters(content)
  const declared = delimiters === defaultDelimiters ? {} : { delimiters }
  if (looksLikeN8n(content)) {
    return { kind: 'n8n', ...named(content['name']), ...declared, resources: { workflow: { provider: 'n8n', type: 'workflow', spec: content } } }
  }
  const retell = wrapRetellExport(content, createExpressions(delimiters).idOf)
  if (!retell) return content
  return { kind: 'retell', ...named(content['agent_name']), ...declared, resources: retell.resources }
}
