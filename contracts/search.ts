import { z } from 'zod'
import { template } from './api.ts'
import { kind } from './artifact.ts'

/** Searching for templates. */
const oneOrMore = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1).max(50)]).transform((given): z.output<T>[] => (Array.isArray(given) ? given : [given]))
const word = z.string().min(1).max(200)
export const searchRequest = z.strictObject({
  query: z.string().min(1).max(500).optional().meta({ description: 'Words, each by its beginning or its stem, also mistyped; in quotes a phrase, with a minus before it what shall be absent' }),
  filters: z.strictObject({
    kind: oneOrMore(kind).optional(),
    category: oneOrMore(word).optional(),
    tags: oneOrMore(word).optional().meta({ description: 'All of these' }),
    author: word.optional(),
    status: z.enum(['draft', 'published']).optional(),
    updatedFrom: z.iso.datetime({ offset: true }).optional(),
    updatedTo: z.iso.datetime({ offset: true }).optional(),
  }).default({}),
  limit: z.int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(500).optional().meta({ description: '`nextCursor` of the page before' }),
})

const facet = z.array(z.strictObject({ value: z.string(), count: z.int() }))
export const searchAnswer = z.strictObject({
  items: z.array(template.extend({ score: z.number().meta({ description: 'How well it fits; 0 without a query, and where only the content has the words' }) })),
  total: z.int(),
  facets: z.strictObject({ kind: facet, category: facet, tag: facet }).meta({ description: 'How many there are of each, most first, up to 50 categories and tags; a facet also counts what its own filter leaves out' }),
  corrected: z.record(z.string(), z.array(z.string())).meta({ description: 'Words that no template has, and those that were looked for instead' }),
  nextCursor: z.string().nullable(),
})
