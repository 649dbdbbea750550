import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { QualityPolicy } from '../contracts/quality-policy.ts'
import type { CheckName, Quality } from '../contracts/quality.ts'
import { statusOf } from './quality-checks.ts'
import { deploymentChecks } from './quality-of-deployments.ts'
import { projectChecks } from './quality-of-projects.ts'
import { checkRule } from './quality-rules.ts'

/** What each check that passes is worth (source document 002); the same numbers as `weights` of the contract, which this folder may not import. */
const worth: Record<CheckName, number> = { documentation: 30, examples: 20, metadata: 20, structure: 15, dependencies: 15 }

const forEach = <T>(value: (name: CheckName) => T): Record<CheckName, T> =>
  ({ documentation: value('documentation'), examples: value('examples'), metadata: value('metadata'), structure: value('structure'), dependencies: value('dependencies') })
const names = Object.values(forEach((name) => name))

/** Scores an artifact: only a check that passes earns its points. It passes at the policy's minimum, unless it breaks one of the tenant's rules. */
export function scoreQuality(artifact: TemplateArtifact, { minimum, rules }: Pick<QualityPolicy, 'minimum' | 'rules'>): Quality {
  const checks = artifact.kind === 'project' && artifact.files !== undefined ? projectChecks : deploymentChecks
  const found = forEach((name) => checks[name](artifact))
  const points = forEach((name) => ({ points: statusOf(found[name]) === 'pass' ? worth[name] : 0, of: worth[name] }))
  const own = rules.filter(({ kinds }) => kinds === undefined || kinds.includes(artifact.kind)).map((rule) => checkRule(rule, artifact))
  const score = names.reduce((sum, name) => sum + points[name].points, 0)
  return {
    quality_score: score,
    checks: forEach((name) => statusOf(found[name])),
    points,
    rules: own,
    recommendations: [...names.flatMap((name) => [...found[name].missing, ...found[name].weak]), ...own.flatMap(({ status, message }) => (status === 'pass' || message === undefined ? [] : [message]))],
    minimum,
    passed: score >= minimum && own.every(({ status }) => status !== 'fail'),
  }
}

/** The checks and rules that a template does not pass, for whoever must mend it. */
export const failingChecks = ({ checks, rules }: Quality): string[] => [
  ...names.filter((name) => checks[name] !== 'pass').map((name) => `${name} (${checks[name]})`),
  ...rules.filter(({ status }) => status === 'fail').map(({ name }) => `rule "${name}"`),
]
