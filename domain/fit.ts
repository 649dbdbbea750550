import type { z } from 'zod'

type Fit<T> = { success: true; data: T; error?: undefined } | { success: false; error: { issues: z.core.$ZodIssue[] } }

/**
 * What a schema says of a value from outside, which may be anything. Of whatever stands where a text or a list is wanted, zod compares
 * the `length`: where that is an object that cannot be made a number, it throws instead of answering.
 */
export function fit<S extends z.ZodType>(schema: S, value: unknown): Fit<z.output<S>> {
  try {
    return schema.safeParse(value)
  } catch (error) {
    const path = unmeasured(value)
    if (!path) throw error
    return { success: false, error: { issues: [{ code: 'custom', path, message: 'is no length: it has a toString or valueOf of its own' }] } }
  }
}

/** Where the first such length is. */
function unmeasured(value: unknown): string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const path = key === 'length' && !isComparable(inner) ? [] : unmeasured(inner)
    if (path) return [key, ...path]
  }
  return undefined
}

function isComparable(value: unknown): boolean {
  try {
    Number(value)
    return true
  } catch {
    return false
  }
}
