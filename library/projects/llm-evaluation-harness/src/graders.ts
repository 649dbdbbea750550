/** A grader looks at one answer and says what is wrong with it, or nothing. The same answer always has the same verdict. */
export type Expectation =
  | { grader: 'equals'; value: string }
  | { grader: 'oneOf'; values: string[] }
  | { grader: 'contains'; text: string }
  | { grader: 'excludes'; text: string }
  | { grader: 'matches'; pattern: string; flags?: string }
  | { grader: 'fields'; fields: Record<string, unknown> }
  | { grader: 'number'; path: string; value: number; tolerance: number }

const normal = (text: string): string => text.trim().replace(/\s+/g, ' ').replace(/^["'`]+|["'`]+$/g, '').toLowerCase()

/** The JSON object in an answer, also where the model put it in a fence. Throws when there is none. */
export function jsonIn(answer: string): Record<string, unknown> {
  const inner = /```(?:json)?\s*([\s\S]*?)```/.exec(answer)?.[1] ?? answer
  const value: unknown = JSON.parse(inner.trim())
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('is no JSON object')
  return value as Record<string, unknown>
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined), value)
}

const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing'

function fieldProblem(object: Record<string, unknown>, fields: Record<string, unknown>): string | undefined {
  for (const [path, wanted] of Object.entries(fields)) {
    const found = at(object, path)
    const isEqual = typeof wanted === 'string' && typeof found === 'string' ? normal(found) === normal(wanted) : shown(found) === shown(wanted)
    if (!isEqual) return `${path} is ${shown(found)}, not ${shown(wanted)}`
  }
  return undefined
}

function numberProblem(found: unknown, wanted: number, tolerance: number): string | undefined {
  if (typeof found !== 'number' || Number.isNaN(found)) return `is ${shown(found)}, no number`
  return Math.abs(found - wanted) <= tolerance ? undefined : `is ${found}, not ${wanted} ± ${tolerance}`
}

/** What is wrong with an answer; undefined when it passes. */
export function grade(answer: string, expectation: Expectation): string | undefined {
  try {
    switch (expectation.grader) {
      case 'equals': return normal(answer) === normal(expectation.value) ? undefined : `is ${shown(answer)}, not ${shown(expectation.value)}`
      case 'oneOf': return expectation.values.map(normal).includes(normal(answer)) ? undefined : `is none of ${expectation.values.join(', ')}`
      case 'contains': return normal(answer).includes(normal(expectation.text)) ? undefined : `lacks ${shown(expectation.text)}`
      case 'excludes': return normal(answer).includes(normal(expectation.text)) ? `must not say ${shown(expectation.text)}` : undefined
      case 'matches': return new RegExp(expectation.pattern, expectation.flags ?? 'i').test(answer) ? undefined : `does not match ${expectation.pattern}`
      case 'fields': return fieldProblem(jsonIn(answer), expectation.fields)
      case 'number': return numberProblem(at(jsonIn(answer), expectation.path), expectation.value, expectation.tolerance)
      default: return `there is no grader ${shown((expectation as { grader: unknown }).grader)}`
    }
  } catch (error) {
    return `cannot be graded: ${error instanceof Error ? error.message : String(error)}`
  }
}
