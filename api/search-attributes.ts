import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common'
import type { SearchAttributePair } from '@temporalio/common'
import type { searchAttributes } from '../contracts/search-attributes.ts'

type Types = typeof searchAttributes
type Values = { [N in keyof Types]?: Types[N] extends 'Keyword' ? string : readonly string[] }

/** What a run can be found by, besides whose it is. */
export type Attributes = Omit<Values, 'SlipwayTenant' | 'SlipwayCorrelationId'>

/** As Temporal takes them: a text is a keyword, a list a list of keywords. */
export const attributePairs = (values: Values): SearchAttributePair[] =>
  Object.entries(values).map(([name, value]) =>
    typeof value === 'string'
      ? { key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD), value }
      : { key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD_LIST), value: [...value] })
