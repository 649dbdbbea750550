import { atom, inText, literal, pipe } from './liquid.ts'
import { ofText, plain, replaced, withArguments, withNeeded } from './counterparts.ts'
import type { Counterpart } from './counterparts.ts'

/** Jinja's filters, and those that Cookiecutter and Copier add. */
const filters: Readonly<Record<string, Counterpart>> = {
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
  regex_search: (of, given) => withNeeded('matched', 'any', 'regex')(inText(of), given),
  slugify: (of, given) => withArguments('python_slugify', 'string', ['separator'])(inText(of), given),
}
const synonyms: Readonly<Record<string, string>> = { d: 'default', e: 'escape' }

/** Not Jinja's own: known where the program that renders them has them. */
const added = new Set(['jsonify', 'slugify', 'regex_search'])

export const filterOf = (name: string, has: ReadonlySet<string>): Counterpart | undefined => {
  const known = synonyms[name] ?? name
  return Object.hasOwn(filters, known) && (!added.has(known) || has.has(known)) ? filters[known] : undefined
}
