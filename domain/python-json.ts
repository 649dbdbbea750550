import type { Value } from './python-values.ts'

const ascii = (value: string): string => JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
/** As Python's `json.dumps` writes it, with its keys sorted. */
export function pythonJson(value: Value, width?: Value, level = 0): string {
  if (typeof value === 'string') return ascii(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const inner = Array.isArray(value) ? value.map((one) => pythonJson(one, width, level + 1)) : Object.keys(value).sort().map((key) => `${ascii(key)}: ${pythonJson(value[key], width, level + 1)}`)
  if (inner.length === 0) return open + close
  if (typeof width !== 'number') return open + inner.join(', ') + close
  const line = (depth: number): string => `\n${' '.repeat(Math.min(Math.max(width, 0), 100) * depth)}`
  return open + line(level + 1) + inner.join(`,${line(level + 1)}`) + line(level) + close
}
