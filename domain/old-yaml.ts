import { parse } from 'yaml'
import type { CollectionTag, ScalarTag, Tags } from 'yaml'
import type { Json } from '../contracts/json.ts'

/** Types of YAML 1.1 that JSON has not. */
const otherTypes = /:(timestamp|binary|omap|pairs|set)$/

/** To Python, `y` and `n` are letters. */
const asPython = (tag: ScalarTag | CollectionTag): ScalarTag | CollectionTag =>
  (tag.test && tag.tag.endsWith(':bool') ? { ...tag, test: new RegExp(tag.test.source.replace(/[Yy]\|[Yy]\||[Nn]\|[Nn]\|/, '')) } : tag)

const customTags = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || !otherTypes.test(tag.tag)).map((tag) => (typeof tag === 'string' ? tag : asPython(tag)))

/** YAML 1.1, as Python reads it: `yes` and `off` are no texts, and there are merge keys. At most 50 aliases. */
export const parseOldYaml = (text: string): Json => parse(text, { version: '1.1', merge: true, maxAliasCount: 50, logLevel: 'error', customTags })
