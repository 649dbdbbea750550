import type { z } from 'zod'
import { DomainError, type ProblemError } from '../contracts/errors.ts'
import { toPointer } from '../domain/pointer.ts'
import { isStorable } from '../domain/hostile.ts'

/** Each place that does not fit. An unknown key is named at its own place. */
export function errorsOf(issues: readonly z.core.$ZodIssue[], at = ''): ProblemError[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: at + toPointer([...issue.path, key]), message: 'is not known here' }))
      : [{ pointer: at + toPointer(issue.path), message: issue.message }],
  )
}

/** The value in the schema's shape. `at` leads the pointers: `` for the body, `/query` and `/path` for what stands in the address. */
export function parse<S extends z.ZodType>(schema: S, value: unknown, at: '' | '/query' | '/path'): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = errorsOf(parsed.error.issues, at).slice(0, 100)
  const where = { '': 'body', '/query': 'query', '/path': 'path' }[at]
  throw new DomainError('400.request_invalid', `The ${where} does not have the documented shape: ${errors.slice(0, 3).map(({ pointer, message }) => `${pointer || 'it'} ${message}`).join('; ')}`, { errors })
}

/** The query's parameters; each may be given once. */
export function readQuery(url: string): Record<string, string> {
  const start = url.indexOf('?')
  const found: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : url.slice(start))) {
    if (name in found) throw refuseQuery(name, 'is given more than once')
    if (!isStorable(name) || !isStorable(value)) throw refuseQuery(name, 'holds a NUL character')
    found[name] = value
  }
  // A plain object for the schema, whatever the names are.
  return { ...found }
}

/** The address's parameters, decoded by the router. */
export function readPath(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === 'string' && !isStorable(value)) throw new DomainError('400.request_invalid', `The path parameter ${name} holds a NUL character`, { errors: [{ pointer: `/path${toPointer([name])}`, message: 'holds a NUL character' }] })
  }
  return params
}

const refuseQuery = (name: string, message: string): DomainError =>
  new DomainError('400.request_invalid', `The query parameter ${name} ${message}`, { errors: [{ pointer: `/query${toPointer([name])}`, message }] })
