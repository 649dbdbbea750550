import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { CheckName, CheckStatus } from '../contracts/quality.ts'

/** What a check has found: first what makes it fail, then what is less good than it could be. */
export interface Finding {
  missing: readonly string[]
  weak: readonly string[]
}

/** A check of one kind of template: a pure function each. */
export type Checks = Record<CheckName, (artifact: TemplateArtifact) => Finding>

export const statusOf = ({ missing, weak }: Finding): CheckStatus => (missing.length > 0 ? 'fail' : weak.length > 0 ? 'warning' : 'pass')

/** At most five, and how many more. */
export const listed = (names: readonly string[]): string => `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${String(names.length - 5)} more` : ''}`
