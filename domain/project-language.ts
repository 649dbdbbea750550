import { RE2JS } from 're2js'
import type { Json } from '../contracts/json.ts'
import type { Language } from './liquid-engine.ts'
import { pythonJson } from './python-json.ts'
import { entries, isTrue, printed, spelled, text } from './python-values.ts'
import type { Value } from './python-values.ts'

const list = (value: Value): Json[] => {
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return [...value]
  return entries(value).map(([key]) => key)
}

const title = (value: Value): string => text(value).replace(/[^\s\-([{<]+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
const pythonTitle = (value: Value): string => text(value).replace(/\p{L}+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())

const mostCharacters = 20_000_000
/** Before a text is made that is longer than what it is made of. */
function roomFor(characters: number): void {
  if (characters > mostCharacters) throw new Error('the text grows too long')
}

/** What python-slugify makes of Latin letters; of others it would need to know how they sound. */
function slugify(value: Value, separator: Value = '-'): string {
  const plain = text(value).replace(/'+/g, '-').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/(?<=\d),(?=\d)/g, '')
  const foreign = /[^\x00-\x7f]/u.exec(plain.replace(/[^\p{L}\p{N}]/gu, ''))?.[0]
  if (foreign !== undefined) throw new Error(`slugify does not know how to write ${foreign} in Latin letters`)
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '')
  roomFor(slug.length * text(separator).length)
  return slug.replaceAll('-', text(separator))
}

const indent = (value: Value, width: Value = 4, first: Value = false, blank: Value = false): string => {
  const space = typeof width === 'string' ? width : ' '.repeat(Math.min(Math.max(Number(width), 0), 100))
  const lines = text(value).split('\n')
  roomFor(lines.length * space.length)
  return lines.map((line, at) => ((at === 0 ? isTrue(first) : isTrue(blank) || line !== '') ? space + line : line)).join('\n')
}

/** As Python splits: at white space where no separator is given; `most` times at most. */
function parts(value: Value, separator: Value = null, most: Value = -1): string[] {
  if (!isTrue(separator)) return text(value).trim().split(/\s+/).filter((part) => part !== '')
  const all = text(value).split(text(separator))
  return number(most) < 0 || all.length <= number(most) ? all : [...all.slice(0, number(most)), all.slice(number(most)).join(text(separator))]
}
function partsRight(value: Value, separator: Value = null, most: Value = -1): string[] {
  const all = parts(value, separator)
  const kept = number(most) < 0 || all.length <= number(most) ? 0 : all.length - number(most)
  return kept === 0 ? all : [all.slice(0, kept).join(text(separator)), ...all.slice(kept)]
}

const contains = (one: Value, all: Value): boolean =>
  (typeof all === 'string' ? all.includes(text(one)) : list(all).some((item) => item === one || (typeof item === 'object' && spelled(item) === spelled(one))))

const mostNumbers = 10_000
function range(from: Value, to: Value, by: Value = 1): number[] {
  const [start, end, step] = [Number(from), Number(to), Number(by)]
  const count = Math.max(0, Math.ceil((end - start) / step))
  if (!Number.isInteger(start) || !Number.isInteger(step) || !(count <= mostNumbers)) throw new Error(`range is of whole numbers, at most ${String(mostNumbers)} of them`)
  return Array.from({ length: count }, (_, at) => start + at * step)
}

const number = (value: Value): number => {
  const found = typeof value === 'boolean' ? Number(value) : typeof value === 'string' ? (value.trim() === '' ? NaN : Number(value)) : typeof value === 'number' ? value : NaN
  if (Number.isNaN(found)) throw new Error(`${spelled(value)} is no number`)
  return found
}
function repeated(part: string, times: Value): string {
  const count = Math.max(0, number(times))
  roomFor(part.length * count)
  return part.repeat(count)
}
/** Python's order of what can be ordered: numbers, or texts without regard to case. */
function sortable(value: Value): string | number {
  if (typeof value === 'string') return value.toLowerCase()
  if (typeof value === 'number') return value
  throw new Error(`${spelled(value)} cannot be ordered`)
}
const place = (value: Value): number | undefined => (value === undefined || value === null ? undefined : number(value))
const joined = (value: Value, separator: Value = ''): string => {
  roomFor(list(value).length * text(separator).length)
  return list(value).map(text).join(text(separator))
}
/** As Python adds: texts and lists are put together, and what is of two kinds is refused. */
const add = (one: Value, other: Value): Json => {
  if (typeof one === 'number' && typeof other === 'number') return one + other
  if (typeof one === 'string' && typeof other === 'string') return one + other
  if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other]
  throw new Error(`${spelled(one)} and ${spelled(other)} cannot be added`)
}
const strip = (value: Value, characters: Value, ends: { left: boolean; right: boolean }): string => {
  const all = text(value)
  const gone = (at: number): boolean => (characters === undefined ? /\s/.test(all[at] ?? '') : text(characters).includes(all[at] ?? '\0'))
  let [from, to] = [0, all.length]
  while (ends.left && from < to && gone(from)) from += 1
  while (ends.right && to > from && gone(to - 1)) to -= 1
  return all.slice(from, to)
}

/** A value by key or place: missing ones are an error, as everywhere in a strict language. */
const item = (value: Value, key: Value): Json => {
  const found = Array.isArray(value) || typeof value === 'string' ? (typeof key === 'number' && Number.isInteger(key) ? value.at(key) : undefined) : entries(value).find(([name]) => name === key)?.[1]
  if (found === undefined) throw new Error(`${spelled(value)} has no ${spelled(key)}`)
  return found
}

/**
 * What files of a project may use besides Liquid's own filters. Most are Jinja's, with its meaning: files that come from
 * Cookiecutter or Copier are translated to them.
 */
const filters = {
  truthy: (value: Value) => isTrue(value),
  falsy: (value: Value) => !isTrue(value),
  or_else: (value: Value, other: Value) => (isTrue(value) ? value : other),
  and_then: (value: Value, other: Value) => (isTrue(value) ? other : value),
  choose: (value: Value, yes: Value, no: Value) => (isTrue(value) ? yes : no),
  within: contains,
  equals: (one: Value, other: Value) => one === other || (typeof one === 'object' && typeof other === 'object' && spelled(one) === spelled(other)),
  printed,
  float_text: (value: Value) => (typeof value === 'number' && Number.isInteger(value) ? `${String(value)}.0` : printed(value)),
  python_json: (value: Value, width?: Value) => pythonJson(value, width),
  html_json: (value: Value, width?: Value) => pythonJson(value, width).replace(/[<>&']/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  title,
  python_title: pythonTitle,
  python_slugify: slugify,
  indent,
  parts,
  parts_right: partsRight,
  each: (value: Value) => (value === null ? [] : list(value)),
  and_item: (all: Value, one: Value) => [...list(all), one ?? null],
  span: (value: Value, from: Value, to: Value) => (typeof value === 'string' ? value.slice(place(from), place(to)) : list(value).slice(place(from), place(to))),
  ordered: (value: Value) => list(value).map((one) => ({ one, key: sortable(one) })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ one }) => one),
  distinct: (value: Value) => list(value).filter((one, at, all) => all.findIndex((other) => sortable(other) === sortable(one)) === at),
  backwards: (value: Value) => (typeof value === 'string' ? [...value].reverse().join('') : list(value).toReversed()),
  items: entries,
  values: (value: Value) => entries(value).map(([, inner]) => inner),
  pick: item,
  range,
  number,
  whole: (value: Value) => Math.trunc(number(value)),
  add,
  trimmed: (value: Value, characters?: Value) => strip(value, characters, { left: true, right: true }),
  trimmed_left: (value: Value, characters?: Value) => strip(value, characters, { left: true, right: false }),
  trimmed_right: (value: Value, characters?: Value) => strip(value, characters, { left: false, right: true }),
  starts_with: (value: Value, start: Value) => text(value).startsWith(text(start)),
  ends_with: (value: Value, end: Value) => text(value).endsWith(text(end)),
  product: (one: Value, other: Value) => (typeof one === 'string' ? repeated(one, other) : typeof other === 'string' ? repeated(other, one) : number(one) * number(other)),
  quotient: (one: Value, other: Value) => Math.floor(number(one) / number(other)),
  joined,
  count: (value: Value) => list(value).length,
  matched: (value: Value, pattern: Value) => {
    const found = RE2JS.compile(text(pattern)).matcher(text(value))
    return found.find() ? found.group() : null
  },
  occurrences: (value: Value, part: Value) => (typeof value === 'string' ? value.split(text(part)).length - 1 : list(value).filter((one) => one === part).length),
  /** Stands where a file holds what could not be translated: whoever needs that place is told, and gets no wrong file. */
  fail: (_: Value, reason: Value): never => { throw new Error(text(reason)) },
}

/** The language of a project's files and file names: Liquid with parentheses and these filters. */
export const projectLanguage: Language = { filters, grouped: true }
