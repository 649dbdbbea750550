import { pipe } from './liquid.ts'
import { needed, ofText, plain, replaced, withArguments, withNeeded } from './counterparts.ts'
import type { Counterpart } from './counterparts.ts'
import { Untranslatable } from './untranslatable.ts'

const splitting = (filter: string): Counterpart => (of, given) => {
  const [separator, most] = given(['sep', 'maxsplit'])
  if (most && !separator) throw new Untranslatable('a split at white space that ends somewhere')
  return pipe(of, filter, 'list', ...[separator, most].filter((one) => one !== undefined))
}

/** Python's methods of texts and dictionaries. */
const methods: Readonly<Record<string, Counterpart>> = {
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
  startswith: withNeeded('starts_with', 'boolean', 'prefix'),
  endswith: withNeeded('ends_with', 'boolean', 'suffix'),
  count: withNeeded('occurrences', 'integer', 'sub'),
  items: plain('items', 'sequence'),
  keys: plain('each', 'sequence'),
  values: plain('values', 'sequence'),
  join: (of, given) => {
    const [all] = given(['iterable'])
    return pipe(needed(all), 'joined', 'string', of)
  },
}

export const methodOf = (name: string): Counterpart | undefined => (Object.hasOwn(methods, name) ? methods[name] : undefined)
