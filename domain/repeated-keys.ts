import { step } from './pointer.ts'

const [quote, backslash, colon] = [0x22, 0x5c, 0x3a]

/** Where the string that begins at `from` ends. */
function endOfString(text: string, from: number): number {
  let at = from + 1
  while (text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1
  return at
}

/** How many members a JSON text spells: when its value has fewer, some stand twice. */
export function membersIn(text: string): number {
  let members = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === colon) members += 1
    else if (unit === quote) at = endOfString(text, at)
  }
  return members
}

type Open = { keys: Set<string>; key: string } | { at: number }

/**
 * The place of the first member that stands twice in an object of a JSON text. Readers differ in which of the two they take,
 * so what one checks, another may carry out. The text is known to be JSON.
 */
export function repeatedKey(text: string): string | undefined {
  const open: Open[] = []
  let last = ''
  for (let at = 0; at < text.length; at++) {
    const inside = open.at(-1)
    switch (text[at]) {
      case '{': open.push({ keys: new Set(), key: '' }); break
      case '[': open.push({ at: 0 }); break
      case '}': case ']': open.pop(); break
      case ',': if (inside && 'at' in inside) inside.at += 1; break
      case '"': {
        const end = endOfString(text, at)
        last = text.slice(at, end + 1)
        at = end
        break
      }
      case ':':
        if (!inside || 'at' in inside) break
        inside.key = JSON.parse(last)
        if (inside.keys.has(inside.key)) return open.map((one) => step('key' in one ? one.key : one.at)).join('')
        inside.keys.add(inside.key)
    }
  }
  return undefined
}
