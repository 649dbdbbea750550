import { Liquid } from 'liquidjs'
import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { QualityRule } from '../contracts/quality-policy.ts'
import type { CheckStatus } from '../contracts/quality.ts'
import { toJson } from './json.ts'
import { checkAgainst, compileOpen } from './variables.ts'

/** What is not there is nothing, so that a condition can ask for it. */
const engine = new Liquid({ strictFilters: true, ownPropertyOnly: true, parseLimit: 1_000, renderLimit: 1_000, memoryLimit: 5_000_000 })

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

/** What is wrong with a rule itself, or undefined. */
export function ruleProblem({ schema, condition }: QualityRule): string | undefined {
  try {
    if (schema !== undefined) compileOpen(schema)
    if (condition !== undefined) engine.parse(`{% if ${condition} %}{% endif %}`)
    return undefined
  } catch (error) {
    return firstLine(error)
  }
}

/** Holds an artifact against one of the tenant's rules. A rule that cannot be carried out is broken: it says so. */
export function checkRule({ name, severity, message, schema, condition }: QualityRule, artifact: TemplateArtifact): { name: string; status: CheckStatus; message?: string } {
  const failed = (why: string) => ({ name, status: severity, message: `${message}${why === '' ? '' : ` (${why})`}` })
  try {
    const problems = schema === undefined ? [] : checkAgainst(schema, toJson(artifact))
    if (problems.length > 0) return failed(problems.slice(0, 3).map(({ pointer, message: what }) => `${pointer || '/'} ${what}`).join('; '))
    const holds = condition === undefined || engine.parseAndRenderSync(`{% if ${condition} %}1{% endif %}`, { artifact: toJson(artifact) }) === '1'
    return holds ? { name, status: 'pass' } : failed('')
  } catch (error) {
    return failed(firstLine(error))
  }
}
