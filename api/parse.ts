import type { z } from 'zod'
import { DomainError, type ProblemError } from '../contracts/errors.ts'
import { fit } from '../domain/fit.ts'
import { toPointer } from '../domain/pointer.ts'

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
  const parsed = fit(schema, value)
  if (parsed.success) return parsed.data
  const errors = errorsOf(parsed.error.issues, at).slice(0, 100)
  const where = { '': 'body', '/query': 'query', '/path': 'path' }[at]
  throw new DomainError('400.request_invalid', `The ${where} does not have the documented shape: ${errors.slice(0, 3).map(({ pointer, message }) => `${pointer || 'it'} ${message}`).join('; ')}`, { errors })
}
