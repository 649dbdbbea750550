import { stringify } from 'yaml'
import type { Json, JsonObject } from '../contracts/json.ts'
import { canonical } from './canonical.ts'
import { parseContent } from './content.ts'

/** Beyond this YAML takes too long to write and to read; JSON is YAML too. */
const mostYaml = 64 * 1024
/** Indentation may make of little content a text that nothing can hold. */
const mostTimes = 8

/** A text to be read, compared and edited, that means just this. */
export function readable(content: JsonObject): string {
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
