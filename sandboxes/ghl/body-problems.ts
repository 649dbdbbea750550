import type { Field, Fields } from './body.ts'

/** What HighLevel has to say about what does not fit; `path` is where it stands. */
export function problemsOf(known: Fields, given: Record<string, unknown>, path = ''): string[] {
  return [
    ...Object.keys(given).filter((name) => !Object.hasOwn(known, name)).map((name) => `${path}property ${name} should not exist`),
    ...Object.entries(known).flatMap(([name, field]) => fieldProblems(`${path}${name}`, field, given[name])),
  ]
}

function fieldProblems(name: string, { type, required, oneOf }: Field, value: unknown): string[] {
  if (value === undefined || value === null) return required ? [...(type === 'string' ? [`${name} should not be empty`] : []), mustBe(name, type)] : []
  if (type !== 'any' && typeOf(value) !== type) return [mustBe(name, type)]
  if (required && value === '') return [`${name} should not be empty`]
  if (oneOf !== undefined && !oneOf.includes(String(value))) return [`${name} must be one of the following values: ${oneOf.join(', ')}`]
  return []
}

const mustBe = (name: string, type: Field['type']) => {
  if (type === 'number') return `${name} must be a number conforming to the specified constraints`
  return `${name} must be ${type === 'array' || type === 'object' || type === 'any' ? 'an' : 'a'} ${type === 'any' ? 'object' : type}`
}

const typeOf = (value: unknown) => (Array.isArray(value) ? 'array' : typeof value)
