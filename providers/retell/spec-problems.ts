import type { z } from 'zod'
import type { JsonObject } from '../../contracts/json.ts'
import { fit } from '../../domain/fit.ts'
import { toPointer } from '../../domain/pointer.ts'
import type { SpecProblem } from '../provider.ts'
import { without } from './spec.ts'

/** The problems of a spec by a strict zod object, leaving alone the keys of an export that are dropped when writing. */
export function problemsOf(schema: z.ZodType, spec: JsonObject, dropped: ReadonlySet<string>): SpecProblem[] {
  const parsed = fit(schema, without(spec, dropped))
  if (parsed.success) return []
  return parsed.error.issues.flatMap((issue): SpecProblem[] => {
    // Symbols cannot be in JSON.
    const path = issue.path.filter((part) => typeof part !== 'symbol')
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ pointer: toPointer([...path, key]), message: `Retell has no field "${key}"`, certain: true }))
    }
    return [{ pointer: toPointer(path), message: issue.message }]
  })
}
