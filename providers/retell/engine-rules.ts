import type { SpecProblem } from '../provider.ts'

interface NamedTool {
  name: unknown
  pointer: string
}

/** Tool names are 1 to 64 of a-z, A-Z, 0-9, _ and -, and unique among the tools that a model sees at once. */
export function toolProblems(tools: readonly NamedTool[], taken: readonly string[] = []): SpecProblem[] {
  const seen = new Set(taken)
  return tools.flatMap(({ name, pointer }): SpecProblem[] => {
    if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      return [{ pointer, message: name === undefined ? 'a tool needs a name' : 'a tool name is 1 to 64 letters, digits, underscores or dashes' }]
    }
    if (seen.has(name)) return [{ pointer, message: `another tool is named "${name}"` }]
    seen.add(name)
    return []
  })
}
