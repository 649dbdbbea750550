import { isRecord } from '../record.ts'

/** The first JSON Schema written out in a text: models are told the shape in words where they take no schema. */
export function schemaIn(text: string): Record<string, unknown> | undefined {
  for (let start = text.indexOf('{'); start >= 0; start = text.indexOf('{', start + 1)) {
    const end = endOfObject(text, start)
    const found = end === undefined ? undefined : parse(text.slice(start, end))
    if (isRecord(found) && isRecord(found['properties'])) return found
  }
  return undefined
}

/** Where the object that opens at `start` closes; braces inside strings do not count. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0
  let inString = false
  for (let index = start; index < text.length; index += 1) {
    const character = text[index]
    if (inString && character === '\\') index += 1
    else if (character === '"') inString = !inString
    else if (!inString && character === '{') depth += 1
    else if (!inString && character === '}' && (depth -= 1) === 0) return index + 1
  }
  return undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
