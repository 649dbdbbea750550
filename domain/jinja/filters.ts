import { Untranslatable } from './untranslatable.ts'
import { atom, compound, inText, literal, pipe } from './liquid.ts'
import type { Code, Type } from './liquid.ts'

/** A call's arguments by place or name; the last `optional` may be missing. */
export type Given = (names: readonly string[], required?: number) => (Code | undefined)[]

type Translation = (of: Code, given: Given) => Code

const plain = (filter: string, type: Type): Translation => (of, given) => {
  given([])
  return pipe(of, filter, type)
}
/** Of the text of a value. */
const ofText = (filter: string, type: Type = 'string'): Translation => (of, given) => plain(filter, type)(inText(of), given)
const withArguments = (filter: string, type: Type, names: readonly string[], required = 0): Translation => (of, given) => {
  const args = given(names, required)
  const last = args.findLastIndex((one) => one !== undefined)
  return pipe(of, filter, type, ...args.slice(0, last + 1).map((one) => one ?? atom('nil', 'any')))
}
const replaced: Translation = (of, given) => {
  const [from, to] = given(['old', 'new'], 2) as [Code, Code]
  if (from.text === '""') throw new Untranslatable('replace of nothing')
  return pipe(inText(of), 'replace', 'string', inText(from), inText(to))
}

const splitting = (filter: string): Translation => (of, given) => {
  const [separator, most] = given(['sep', 'maxsplit'])
  if (most && !separator) throw new Untranslatable('a split at white space that ends somewhere')
  return pipe(of, filter, 'list', ...[separator, most].filter((one) => one !== undefined))
}

/** Jinja's filters, and those that Cookiecutter and Copier add. */
const filters: Readonly<Record<string, Translation>> = {
  lower: ofText('downcase'),
  upper: ofText('upcase'),
  capitalize: ofText('capitalize'),
  title: ofText('title'),
  trim: (of, given) => withArguments('trimmed', 'string', ['chars'])(inText(of), given),
  replace: replaced,
  default: (of, given) => {
    const [value = literal(''), boolean] = given(['default_value', 'boolean'])
    // What is declared is always there: Jinja's default is of no use then, unless it is also for what is empty.
    return boolean?.text === 'true' ? pipe(of, 'or_else', of.type === value.type ? of.type : 'any', value) : of
  },
  join: withArguments('joined', 'string', ['d']),
  length: plain('count', 'integer'),
  count: plain('count', 'integer'),
  first: (of, given) => {
    given([])
    return pipe(of, 'pick', of.type === 'string' ? 'string' : 'any', atom('0', 'integer'))
  },
  last: (of, given) => {
    given([])
    return pipe(of, 'pick', of.type === 'string' ? 'string' : 'any', atom('-1', 'integer'))
  },
  int: plain('whole', 'integer'),
  float: plain('number', 'float'),
  string: (of, given) => {
    given([])
    return inText(of)
  },
  list: plain('each', 'list'),
  sort: plain('ordered', 'list'),
  unique: plain('distinct', 'list'),
  reverse: plain('backwards', 'any'),
  abs: (of, given) => plain('abs', of.type)(of, given),
  escape: ofText('escape'),
  safe: (of, given) => {
    given([])
    return of
  },
  indent: (of, given) => withArguments('indent', 'string', ['width', 'first', 'blank'])(inText(of), given),
  tojson: (of, given) => {
    const [width] = given(['indent'])
    return pipe(of, 'html_json', 'string', ...(width ? [width] : []))
  },
  jsonify: (of, given) => {
    const [width = atom('4', 'integer')] = given(['indent'])
    return pipe(of, 'python_json', 'string', width)
  },
  regex_search: (of, given) => pipe(inText(of), 'matched', 'any', ...(given(['regex'], 1) as [Code])),
  slugify: (of, given) => withArguments('python_slugify', 'string', ['separator'])(inText(of), given),
}
const synonyms: Readonly<Record<string, string>> = { d: 'default', e: 'escape' }

/** Not Jinja's own: known where the program that renders them has them. */
const added = new Set(['jsonify', 'slugify', 'regex_search'])

export const filterOf = (name: string, has: ReadonlySet<string>): Translation | undefined => {
  const known = synonyms[name] ?? name
  return Object.hasOwn(filters, known) && (!added.has(known) || has.has(known)) ? filters[known] : undefined
}

/** Python's methods of texts and dictionaries. */
const methods: Readonly<Record<string, Translation>> = {
  lower: ofText('downcase'),
  upper: ofText('upcase'),
  capitalize: ofText('capitalize'),
  title: ofText('python_title'),
  strip: withArguments('trimmed', 'string', ['chars']),
  lstrip: withArguments('trimmed_left', 'string', ['chars']),
  rstrip: withArguments('trimmed_right', 'string', ['chars']),
  replace: replaced,
  split: splitting('parts'),
  rsplit: splitting('parts_right'),
  startswith: withArguments('starts_with', 'boolean', ['prefix'], 1),
  endswith: withArguments('ends_with', 'boolean', ['suffix'], 1),
  count: withArguments('occurrences', 'integer', ['sub'], 1),
  items: plain('items', 'sequence'),
  keys: plain('each', 'sequence'),
  values: plain('values', 'sequence'),
  join: (of, given) => {
    const [all] = given(['iterable'], 1) as [Code]
    return pipe(all, 'joined', 'string', of)
  },
}

export const methodOf = (name: string): Translation | undefined => (Object.hasOwn(methods, name) ? methods[name] : undefined)

/** Jinja's tests, but for those of what is defined. */
const tests: Readonly<Record<string, Translation>> = {
  none: (of) => compound(`${operandOf(of)} == nil`, 'boolean'),
  true: (of) => compound(`${operandOf(of)} == true`, 'boolean'),
  false: (of) => compound(`${operandOf(of)} == false`, 'boolean'),
  equalto: (of, given) => pipe(of, 'equals', 'boolean', ...(given(['other'], 1) as [Code])),
  in: (of, given) => pipe(of, 'within', 'boolean', ...(given(['seq'], 1) as [Code])),
  odd: (of) => compound(`${operandOf(pipe(of, 'modulo', 'integer', atom('2', 'integer')))} == 1`, 'boolean'),
  even: (of) => compound(`${operandOf(pipe(of, 'modulo', 'integer', atom('2', 'integer')))} == 0`, 'boolean'),
}
const operandOf = (of: Code): string => (of.atom ? of.text : `(${of.text})`)
const testSynonyms: Readonly<Record<string, string>> = { eq: 'equalto', '==': 'equalto' }

export const testOf = (name: string): Translation | undefined => {
  const known = testSynonyms[name] ?? name
  return Object.hasOwn(tests, known) ? tests[known] : undefined
}
