import { parseDocument } from 'yaml'
import { operationsOf, rules, schemasOf } from './rules.mjs'

/** Findings and granted exceptions of one OpenAPI document, YAML or JSON. */
export function lint(text, today = new Date()) {
  const parsed = parseDocument(text)
  const [broken] = parsed.errors
  if (broken) return { findings: [{ id: 'R0', level: 'error', at: '#', message: `cannot be read: ${broken.message.split('\n')[0]}` }], allowed: [] }
  const document = parsed.toJS()
  if (!/^3\.[01]\./.test(document?.openapi ?? '')) return { findings: [{ id: 'R0', level: 'error', at: '#/openapi', message: 'must be 3.0 or 3.1' }], allowed: [] }
  const subject = { document, operations: operationsOf(document), schemas: schemasOf(document), today }
  const all = rules.flatMap(({ id, level, find }) => find(subject).map((found) => ({ id, level, ...found })))
  const reasonOf = ({ id, operation }) => operation?.['x-lint-allow']?.[id]
  return {
    findings: all.filter((one) => !reasonOf(one)).map(({ operation: _, ...one }) => one),
    allowed: all.filter(reasonOf).map((one) => ({ id: one.id, at: one.at, reason: reasonOf(one) })),
  }
}
