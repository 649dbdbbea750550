import { Untranslatable, short } from './untranslatable.ts'

export type Token = { kind: 'name' | 'operator' | 'end'; text: string } | { kind: 'string'; text: string } | { kind: 'number'; text: string }

const pattern = /\s*(?:([A-Za-z_]\w*)|(\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)|("(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')|(\/\/|\*\*|==|!=|<=|>=|[-+*/%~<>|.,:()[\]{}=]))/y

/** The words of an expression or a tag. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  const text = source.trim()
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (!found) throw new Untranslatable(`"${text.slice(at, at + 20).trim()}" in "${short(text)}"`)
    const [, name, number, string, operator] = found
    if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number.replaceAll('_', '') })
    else if (string !== undefined) tokens.push({ kind: 'string', text: unescaped(string.slice(1, -1)) })
    else tokens.push({ kind: 'operator', text: operator ?? '' })
  }
  return tokens
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07', '\n': '' }
const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))/g, (all, byte?: string, unit?: string, other = '') => {
    const code = byte ?? unit
    return code !== undefined ? String.fromCharCode(parseInt(code, 16)) : other === '\\' || other === '"' || other === "'" ? other : (escapes[other] ?? all)
  })
